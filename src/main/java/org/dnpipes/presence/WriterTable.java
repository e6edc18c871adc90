package org.dnpipes.presence;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the notices in one part of the log come to. A mount's last notice counts until a later one of the same mount, or
 * until somebody expels the mount in a notice that names just that last one: if the mount has said something before the
 * expulsion was stored, the expulsion is void. So the outcome depends on the order of the log alone, and everybody, the
 * expelled mount included, comes to the same. Not safe for use by several threads.
 */
final class WriterTable {
    /** A table that has to remember more begins to forget: nobody has that many pipes in one part of the log. */
    private static final int MOST_TRACES = 100_000;

    private static final Said NOTHING = new Said(-1, new Lease(Lease.LONGEST), Set.of(), -1);

    /**
     * The last notice of a mount.
     *
     * @param lapsedUpTo notices up to this number were ended by an expulsion; -1 if none was
     */
    record Said(long number, Lease lease, Set<String> writers, long lapsedUpTo) {}

    /**
     * What writers of a pipe have left behind.
     *
     * @param seen the place in the log of the last notice that shows a writer; -1 if none does
     * @param end one past the last message that a writer has announced at its close
     */
    record Trace(long seen, long end) {
        static final Trace NONE = new Trace(-1, 0);

        Trace seenAt(long place) {
            return new Trace(Math.max(seen, place), end);
        }

        Trace closedAt(long place, long announced) {
            return new Trace(Math.max(seen, place), Math.max(end, announced));
        }
    }

    private final Map<String, Said> mounts = new HashMap<>();
    private final Map<String, Trace> traces = new HashMap<>();

    /**
     * Takes in the next notice of the log, which stands at {@code place}. Returns the pipes it says something about.
     */
    Set<String> apply(long place, Notice notice) {
        Set<String> touched = new HashSet<>();
        Said before = mounts.getOrDefault(notice.mount(), NOTHING);
        if (notice.number() > before.number()) {
            touched.addAll(before.writers());
            touched.addAll(notice.writers());
            mounts.put(
                    notice.mount(), new Said(notice.number(), notice.lease(), notice.writers(), before.lapsedUpTo()));
        }
        notice.writers().forEach(pipe -> trace(pipe, seenAt(place, pipe)));
        // Also of a notice that comes late: what it says was closed is closed.
        notice.closed().forEach((pipe, end) -> {
            trace(pipe, traceOf(pipe).closedAt(place, end));
            touched.add(pipe);
        });
        notice.expelled().forEach((mount, number) -> expel(place, mount, number, touched));
        return touched;
    }

    private Trace seenAt(long place, String pipe) {
        return traceOf(pipe).seenAt(place);
    }

    private void expel(long place, String mount, long number, Set<String> touched) {
        Said said = mounts.getOrDefault(mount, NOTHING);
        if (said.number() != number || number < 0) {
            return;
        }
        // They were there until now.
        said.writers().forEach(pipe -> trace(pipe, seenAt(place, pipe)));
        touched.addAll(said.writers());
        mounts.put(mount, new Said(number, said.lease(), Set.of(), number));
    }

    private void trace(String pipe, Trace trace) {
        if (traces.size() >= MOST_TRACES && !traces.containsKey(pipe)) {
            traces.clear();
        }
        traces.put(pipe, trace);
    }

    /** The mounts that have {@code pipe} open for writing, with what they said last. */
    Map<String, Said> writersOf(String pipe) {
        Map<String, Said> found = new HashMap<>();
        mounts.forEach((mount, said) -> {
            if (said.writers().contains(pipe)) {
                found.put(mount, said);
            }
        });
        return found;
    }

    Trace traceOf(String pipe) {
        return traces.getOrDefault(pipe, Trace.NONE);
    }

    /** The last notice of {@code mount} that was ended by an expulsion, -1 if none was. */
    long lapsedUpTo(String mount) {
        return mounts.getOrDefault(mount, NOTHING).lapsedUpTo();
    }

    /**
     * Forgets those of {@code silent} that have no writers: they are remembered only so that a late notice of theirs is
     * not taken for news. Returns which those are.
     */
    Set<String> forget(Set<String> silent) {
        Set<String> forgotten = new HashSet<>(silent);
        forgotten.removeIf(
                mount -> !mounts.getOrDefault(mount, NOTHING).writers().isEmpty());
        mounts.keySet().removeAll(forgotten);
        return forgotten;
    }
}
