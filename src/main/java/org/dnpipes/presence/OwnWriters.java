package org.dnpipes.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.presence.Publisher.Stored;
import org.jspecify.annotations.Nullable;

/**
 * What this mount has to say in one part of the log, and which of it is stored. Says what has to be done, and does
 * nothing itself. Safe for use by many threads.
 */
final class OwnWriters {
    private static final int MOST_CLOSED = 10_000;

    private final String mount;
    private final Lease lease;
    private final Map<String, Set<OwnWriter>> writers = new HashMap<>();
    private final Map<String, Long> closed = new HashMap<>();
    private final Map<String, Long> expelled = new HashMap<>();
    private long number;
    private boolean unsaid;
    /** Whether the notice that is under way says something new. */
    private boolean drafted;

    private boolean failing;

    /** The number of the last notice that is stored, and when it was begun. */
    private long lastStored = -1;

    private long lastBegan;
    /** Where it is. */
    private @Nullable PipeId lastLog;

    /** Others may have counted this mount out before the notice of that number; -1 if not. */
    private long doubtfulBefore = -1;

    /** What was said up to this number is too old for those who begin to look; -1 if nothing is. */
    private long forgottenUpTo = -1;

    OwnWriters(String mount, Lease lease) {
        this.mount = mount;
        this.lease = lease;
    }

    synchronized void add(OwnWriter writer, long now) {
        Set<OwnWriter> same = writers.computeIfAbsent(writer.pipe, p -> new LinkedHashSet<>());
        boolean known = isSafe(now) && same.stream().anyMatch(other -> other.announced >= 0);
        same.add(writer);
        if (known) {
            // Others count this mount; how many files that are is its own business.
            writer.announced = lastStored;
        } else {
            unsaid = true;
        }
    }

    /** @param end one past its last message, 0 if there was none */
    synchronized void remove(OwnWriter writer, long end) {
        Set<OwnWriter> same = writers.get(writer.pipe);
        if (same == null || !same.remove(writer)) {
            return;
        }
        if (closed.size() < MOST_CLOSED) {
            closed.merge(writer.pipe, end, Math::max);
        }
        if (same.isEmpty()) {
            writers.remove(writer.pipe);
            unsaid = true;
        }
        if (writers.values().stream().noneMatch(OwnWriters::isAnnounced)) {
            // There is nobody left whom others may have counted out.
            doubtfulBefore = -1;
        }
    }

    synchronized void expel(Map<String, Long> mounts) {
        expelled.putAll(mounts);
        unsaid |= !mounts.isEmpty();
    }

    /** The next notice: all there is to say. */
    synchronized Notice draft() {
        drafted = unsaid;
        unsaid = false;
        Map<String, Long> nowClosed = new HashMap<>(closed);
        nowClosed.keySet().removeAll(writers.keySet());
        return new Notice(mount, number++, lease, writers.keySet(), nowClosed, expelled);
    }

    /** A notice is stored, which is known at {@code now}. Returns the writers that count from now on. */
    synchronized List<OwnWriter> stored(Stored stored, long now) {
        Notice notice = stored.notice();
        long silence = lastStored >= 0 ? now - lastBegan : 0;
        boolean doubtful = silence > lease.safe() && writers.values().stream().anyMatch(OwnWriters::isAnnounced);
        if (doubtful) {
            doubtfulBefore = notice.number();
        }
        boolean inAnotherLog = lastLog != null && !lastLog.equals(stored.log());
        if (silence > Lease.longestSilence() || (doubtful && inAnotherLog)) {
            // Nobody can find out any more whether they were counted out.
            forgottenUpTo = lastStored;
        }
        lastLog = stored.log();
        lastStored = notice.number();
        lastBegan = stored.began();
        failing = false;
        closed.entrySet().removeIf(e -> e.getValue().equals(notice.closed().get(e.getKey())));
        expelled.entrySet().removeIf(e -> e.getValue().equals(notice.expelled().get(e.getKey())));
        List<OwnWriter> counted =
                select(w -> w.announced < 0 && notice.writers().contains(w.pipe));
        counted.forEach(w -> w.announced = notice.number());
        return counted;
    }

    private static boolean isAnnounced(Set<OwnWriter> same) {
        return same.stream().anyMatch(w -> w.announced >= 0);
    }

    /** A notice may not be stored. True if those before were. */
    synchronized boolean failed() {
        boolean first = !failing;
        failing = true;
        unsaid |= drafted;
        return first;
    }

    /** Whether the last notice could not be stored. */
    synchronized boolean isFailing() {
        return failing;
    }

    synchronized boolean hasUnsaid() {
        return unsaid;
    }

    synchronized boolean isEmpty() {
        return writers.isEmpty();
    }

    /** Whether no other mount can have counted this one out. */
    synchronized boolean isSafe(long now) {
        return doubtfulBefore < 0 && lastStored >= 0 && now - lastBegan < lease.safe();
    }

    synchronized boolean isDoubtful() {
        return doubtfulBefore >= 0;
    }

    /**
     * The log was read up to this mount's notice {@code read}, and its notices up to {@code lapsedUpTo} turned out to
     * have been ended by others. Returns the writers that do not count any more.
     */
    synchronized List<OwnWriter> examined(long read, long lapsedUpTo) {
        if (read >= doubtfulBefore) {
            doubtfulBefore = -1;
        }
        long upTo = Math.max(lapsedUpTo, forgottenUpTo);
        List<OwnWriter> lapsed = dropped(w -> w.announced >= 0 && w.announced <= upTo);
        lapsed.forEach(w -> w.lapsed = true);
        return lapsed;
    }

    /** Those who wait in vain to be counted: they are given up. */
    synchronized List<OwnWriter> late(long now) {
        return dropped(w -> w.announced < 0 && w.deadline - now < 0);
    }

    /** All who wait to be counted: they are given up. */
    synchronized List<OwnWriter> waiting() {
        return dropped(w -> w.announced < 0);
    }

    /** All writers are given up, as when the mount ends. */
    synchronized void clear() {
        dropped(w -> true);
    }

    /** These do not count any more. */
    private List<OwnWriter> dropped(Predicate<OwnWriter> which) {
        List<OwnWriter> dropped = select(which);
        dropped.forEach(w -> remove(w, 0));
        return dropped;
    }

    private List<OwnWriter> select(Predicate<OwnWriter> which) {
        List<OwnWriter> selected = new ArrayList<>();
        writers.values().forEach(same -> same.stream().filter(which).forEach(selected::add));
        return selected;
    }
}
