package org.dnpipes.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.WriterPresence.Writers;
import org.dnpipes.presence.WriterTable.Said;
import org.dnpipes.presence.WriterTable.Trace;
import org.jspecify.annotations.Nullable;

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
    /** Which reading of the log is listened to. */
    private @Nullable Object reading;

    private boolean caughtUp;
    /** What is read. */
    private @Nullable PipeId log;
    /** One past the last place there that is known to be written. */
    private long next;
    /** One past the last place there that was told since everything was learned anew. */
    private long told;
    /** Until when other mounts may not have said again what they had said in the log before. */
    private @Nullable Long unsettledUntil;

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

        private boolean seen;

        Watcher(String pipe, Runnable changed) {
            this.pipe = pipe;
            this.changed = changed;
        }
    }

    /** Returns whether nothing has to be asked for it. */
    synchronized boolean add(Watcher watcher) {
        if (caughtUp) {
            watcher.firstPlace = next;
        }
        watchers.computeIfAbsent(watcher.pipe, p -> new LinkedHashSet<>()).add(watcher);
        return caughtUp;
    }

    synchronized void remove(Watcher watcher) {
        Set<Watcher> same = watchers.get(watcher.pipe);
        if (same != null && same.remove(watcher) && same.isEmpty()) {
            watchers.remove(watcher.pipe);
        }
    }

    /** The end of {@code asked} was at {@code place} at some moment after the watch began. */
    synchronized void began(Watcher watcher, PipeId asked, long place) {
        // What is in a log that was made since is news.
        began(watcher, asked.equals(log) || log == null ? place : 0);
    }

    private void began(Watcher watcher, long place) {
        if (watcher.firstPlace == UNKNOWN) {
            watcher.firstPlace = place;
            watcher.seen |= table.traceOf(watcher.pipe).seen() >= place;
        }
    }

    synchronized boolean isWatched() {
        return !watchers.isEmpty();
    }

    /** Nothing more will be read for now, unless somebody watches. Returns whether nobody does. */
    synchronized boolean rest() {
        caughtUp &= isWatched();
        return !isWatched();
    }

    /** What that reading tells from now on is in {@code followed}. */
    synchronized void follow(Object of, PipeId followed, long now) {
        if (of != reading) {
            return;
        }
        if (log != null && !log.equals(followed)) {
            next = 0;
            unsettledUntil = now + Lease.longestRenewal();
            watchers.values().forEach(same -> same.forEach(watcher -> watcher.firstPlace = 0));
        }
        log = followed;
    }

    /** Whether a writer that is there may not be known because the log was made again. */
    synchronized boolean isUnsettled(long now) {
        if (unsettledUntil != null && unsettledUntil - now < 0) {
            unsettledUntil = null;
        }
        return unsettledUntil != null;
    }

    /** Everything is to be learned anew, from what that reading tells. Returns whom to tell. */
    synchronized List<Runnable> forget(Object anew) {
        reading = anew;
        table = new WriterTable();
        vigil = new Vigil();
        caughtUp = false;
        told = 0;
        List<Runnable> all = new ArrayList<>();
        watchers.values().forEach(same -> same.forEach(watcher -> all.add(watcher.changed)));
        return all;
    }

    /** The next notice of the log. Returns whom to tell. */
    synchronized List<Runnable> apply(Object of, long place, Notice notice, long now) {
        if (of != reading) {
            return List.of();
        }
        next = Math.max(next, place + 1);
        told = Math.max(told, place + 1);
        Set<String> touched = table.apply(place, notice);
        vigil.heard(notice.mount(), notice.lease(), now);
        if (notice.mount().equals(self) && notice.expelled().isEmpty()) {
            return List.of();
        }
        List<Runnable> concerned = new ArrayList<>();
        for (String pipe : touched) {
            for (Watcher watcher : watchers.getOrDefault(pipe, Set.of())) {
                watcher.seen |= place >= watcher.firstPlace;
                concerned.add(watcher.changed);
            }
        }
        return concerned;
    }

    /**
     * A notice of this mount was stored in {@code where} at the place before {@code end}, and all up to it was read.
     * Returns the mounts that have been silent for too long and keep somebody waiting, with the numbers of their last
     * notices; nothing if meanwhile everything is to be learned anew.
     */
    synchronized Optional<Map<String, Long>> proven(PipeId where, long end, long now) {
        if (!where.equals(log) || told < end) {
            return Optional.empty();
        }
        caughtUp = true;
        next = Math.max(next, end);
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
        return Optional.of(lapsed);
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

    /** What is known of the writers on other mounts, if one is there; then a change of that will be told. */
    synchronized Optional<Writers> present(Watcher watcher) {
        return writers(watcher).filter(Writers::present);
    }

    /** What is known of the writers on other mounts; nothing while that is learned anew. */
    synchronized Optional<Writers> writers(Watcher watcher) {
        if (!caughtUp) {
            return Optional.empty();
        }
        Trace trace = table.traceOf(watcher.pipe);
        boolean present = !others(watcher.pipe).isEmpty();
        watcher.seen |= present || trace.seen() >= watcher.firstPlace;
        return Optional.of(new Writers(present, watcher.seen, trace.end()));
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
