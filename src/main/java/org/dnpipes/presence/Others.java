package org.dnpipes.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.WriterPresence.Writers;
import org.dnpipes.presence.WriterTable.Said;
import org.dnpipes.presence.WriterTable.Trace;

/**
 * What one part of the log says about the other mounts, and who waits for that. Says what has to be done, and does
 * nothing itself. Safe for use by many threads.
 */
final class Others {
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final String self;
    private final Map<String, Set<Watcher>> watchers = new HashMap<>();
    private WriterTable table = new WriterTable();
    private Vigil vigil = new Vigil();
    private boolean caughtUp;

    /** @param self this mount, whose own writers are not others */
    Others(String self) {
        this.self = self;
    }

    /** Somebody who waits for news about a pipe. Guarded by the lock of all. */
    static final class Watcher {
        final String pipe;
        final Runnable changed;
        /** Completes when no writer that comes can be missed any more. */
        final CompletableFuture<Void> began = new CompletableFuture<>();
        /** The first place in the log that was written after the watch began. */
        private long firstPlace = UNKNOWN;

        /** Whether the log was read to its end when the watch began, so that whatever is read later is news. */
        private boolean live;

        private boolean seen;

        Watcher(String pipe, Runnable changed) {
            this.pipe = pipe;
            this.changed = changed;
        }
    }

    /** Returns whether nothing has to be asked for it. */
    synchronized boolean add(Watcher watcher) {
        watcher.live = caughtUp;
        watchers.computeIfAbsent(watcher.pipe, p -> new LinkedHashSet<>()).add(watcher);
        return watcher.live;
    }

    synchronized void remove(Watcher watcher) {
        Set<Watcher> same = watchers.get(watcher.pipe);
        if (same != null && same.remove(watcher) && same.isEmpty()) {
            watchers.remove(watcher.pipe);
        }
    }

    /** The end of the log was at {@code place} at some moment after the watch began. */
    synchronized void began(Watcher watcher, long place) {
        if (watcher.firstPlace == UNKNOWN) {
            watcher.firstPlace = place;
            watcher.seen |= table.traceOf(watcher.pipe).seen() >= place;
        }
    }

    synchronized boolean isWatched() {
        return !watchers.isEmpty();
    }

    /** Everything is to be learned anew. Returns whom to tell. */
    synchronized List<Runnable> forget() {
        table = new WriterTable();
        vigil = new Vigil();
        caughtUp = false;
        List<Runnable> all = new ArrayList<>();
        watchers.values().forEach(same -> same.forEach(watcher -> all.add(watcher.changed)));
        return all;
    }

    /** The next notice of the log. Returns whom to tell. */
    synchronized List<Runnable> apply(long place, Notice notice, long now) {
        Set<String> touched = table.apply(place, notice);
        vigil.heard(notice.mount(), notice.lease(), now);
        if (notice.mount().equals(self) && notice.expelled().isEmpty()) {
            return List.of();
        }
        List<Runnable> told = new ArrayList<>();
        for (String pipe : touched) {
            for (Watcher watcher : watchers.getOrDefault(pipe, Set.of())) {
                watcher.seen |= watcher.live || place >= watcher.firstPlace;
                told.add(watcher.changed);
            }
        }
        return told;
    }

    /**
     * A notice of this mount was stored at the place before {@code end}, and all up to it was read. Returns the mounts
     * that have been silent for too long and keep somebody waiting, with the numbers of their last notices.
     */
    synchronized Map<String, Long> proven(long end, long now) {
        caughtUp = true;
        watchers.values().forEach(same -> same.forEach(watcher -> began(watcher, end)));
        vigil.proven(now);
        vigil.forget(table.forget(vigil.silentFor(Lease.HISTORY.toNanos(), now)));
        Map<String, Long> lapsed = new HashMap<>();
        watchers.keySet()
                .forEach(pipe -> others(pipe).forEach((mount, said) -> {
                    if (vigil.isLapsed(mount)) {
                        lapsed.put(mount, said.number());
                    }
                }));
        return lapsed;
    }

    /** In how many nanoseconds at the most to look again, since a writer that is waited for is silent; 0 if none is. */
    synchronized long lookEvery(long now) {
        long period = 0;
        for (String pipe : watchers.keySet()) {
            for (Map.Entry<String, Said> other : others(pipe).entrySet()) {
                if (vigil.isOverdue(other.getKey(), now)) {
                    long wanted = other.getValue().lease().renewal();
                    period = period == 0 ? wanted : Math.min(period, wanted);
                }
            }
        }
        return period;
    }

    /** Whether, as far as is known here, a writer is there; if so, a change of that will be told. */
    synchronized boolean isKnownToBePresent(Watcher watcher) {
        return caughtUp && !others(watcher.pipe).isEmpty();
    }

    /** What is known of the writers on other mounts. */
    synchronized Writers writers(Watcher watcher) {
        Trace trace = table.traceOf(watcher.pipe);
        boolean present = !others(watcher.pipe).isEmpty();
        watcher.seen |= present || trace.seen() >= watcher.firstPlace;
        return new Writers(present, watcher.seen, trace.end());
    }

    /** The last notice of this mount that others have ended, -1 if they have not. */
    synchronized long lapsedUpTo() {
        return table.lapsedUpTo(self);
    }

    private Map<String, Said> others(String pipe) {
        Map<String, Said> found = table.writersOf(pipe);
        found.remove(self);
        return found;
    }
}
