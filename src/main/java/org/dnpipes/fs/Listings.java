package org.dnpipes.fs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.dnpipes.fs.Node.Pipe;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeId;
import org.jspecify.annotations.Nullable;

/**
 * What threads are about to look at: {@code ls -l} lists a directory and then asks for the attributes of each file in
 * it. With the first one the extents of many that follow are asked for, in one question; and again with the first one
 * behind those, as long as the thread goes in order. Who does not go in order asks about each alone. Each of these
 * answers is used by that thread, soon, and once; but what the thread does next to the same name, which the kernel
 * looks up again, gets it as well: after each stat(2) ls asks for extended attributes. Safe for use by many threads.
 */
public final class Listings {
    /** So many pipes are asked about together. */
    private static final int AHEAD = 1000;

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long NEXT_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    /** A list that nobody has looked at for so long is not being looked at any more. */
    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int MOST = 32;
    private static final int ANYWHERE = -1;

    private final Pipes pipes;
    private final LongSupplier nanoTime;

    private final Map<Integer, Listing> byThread = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Listing> eldest) {
            return size() > MOST;
        }
    };

    /** @param nanoTime as System.nanoTime */
    Listings(Pipes pipes, LongSupplier nanoTime) {
        this.pipes = pipes;
        this.nanoTime = nanoTime;
    }

    /** One listing of a directory, in its order. Guarded by the lock of all. */
    private static final class Listing {
        final List<PipeId> order = new ArrayList<>();
        /** Where those are that have not been looked at. */
        final Map<PipeId, Integer> places = new HashMap<>();
        /** What was asked about some of them. */
        final Map<PipeId, Asked> asked = new HashMap<>();
        /** Where the thread looks next if it goes in order: the first time anywhere. */
        int next = ANYWHERE;
        /** The one that was looked at last, and the answer. */
        @Nullable
        PipeId last;

        /** When that was; before, when they were listed. */
        long lastNanos;

        CompletableFuture<Extent> lastAnswer = new CompletableFuture<>();
    }

    /** A question, and when it was asked. */
    private record Asked(CompletableFuture<Extent> answer, long nanos) {}

    /** The thread has listed these. */
    void listed(int tid, List<Node> nodes) {
        Listing listing = new Listing();
        for (Node node : nodes) {
            if (node instanceof Pipe pipe) {
                listing.places.put(pipe.id(), listing.order.size());
                listing.order.add(pipe.id());
            }
        }
        long now = nanoTime.getAsLong();
        listing.lastNanos = now;
        synchronized (this) {
            // A list of ten thousand topics takes two megabytes.
            byThread.values().removeIf(old -> old.places.isEmpty() || now - old.lastNanos > KEEP_NANOS);
            // Threads of other pid namespaces have no number. A single pipe is no directory full of them.
            if (tid > 0 && listing.order.size() > 1) {
                byThread.put(tid, listing);
            }
        }
    }

    /** The thread does something else than looking at what it has listed. */
    public void forget(int tid) {
        synchronized (this) {
            Listing listing = byThread.get(tid);
            if (listing != null) {
                listing.last = null;
            }
        }
    }

    /** The extent of {@code pipe}, if the thread looks at what it has listed. */
    Optional<CompletableFuture<Extent>> take(int tid, SharedPipe pipe) {
        Optional<CompletableFuture<Extent>> answer =
                again(tid, pipe).or(() -> next(tid, pipe)).map(asked -> upToDate(pipe, asked));
        synchronized (this) {
            Listing listing = byThread.get(tid);
            if (listing != null) {
                boolean first = !pipe.id().equals(listing.last);
                listing.lastNanos = first ? nanoTime.getAsLong() : listing.lastNanos;
                listing.last = answer.isPresent() ? pipe.id() : null;
                listing.lastAnswer = answer.orElse(listing.lastAnswer);
            }
        }
        return answer;
    }

    /**
     * What is missing in the answer though it is known here, as what was pushed here since, would seem to be lost. And
     * what is known of the pipe may have been forgotten since, the answer included.
     */
    private static CompletableFuture<Extent> upToDate(SharedPipe pipe, CompletableFuture<Extent> asked) {
        return asked.thenCompose(extent -> pipe.knownIndex().isEmpty() || extent.end() < pipe.knownEnd()
                ? pipe.extent()
                : CompletableFuture.completedFuture(extent));
    }

    private synchronized Optional<CompletableFuture<Extent>> again(int tid, SharedPipe pipe) {
        Listing listing = byThread.get(tid);
        return listing != null
                        && pipe.id().equals(listing.last)
                        && nanoTime.getAsLong() - listing.lastNanos < NEXT_NANOS
                ? Optional.of(listing.lastAnswer)
                : Optional.empty();
    }

    private Optional<CompletableFuture<Extent>> next(int tid, SharedPipe pipe) {
        Listing listing;
        List<PipeId> ahead;
        synchronized (this) {
            listing = byThread.get(tid);
            Integer place = listing == null ? null : listing.places.remove(pipe.id());
            if (listing == null || place == null) {
                return Optional.empty();
            }
            boolean inOrder = listing.next == ANYWHERE || listing.next == place;
            listing.next = place + 1;
            Asked asked = listing.asked.remove(pipe.id());
            if (asked != null && isFresh(asked)) {
                return Optional.of(asked.answer());
            }
            ahead = inOrder ? ahead(listing, place) : List.of();
        }
        long now = nanoTime.getAsLong();
        CompletableFuture<Extent> answer = pipe.extent();
        Map<PipeId, Asked> asked = new HashMap<>();
        for (PipeId id : ahead) {
            asked.put(id, new Asked(pipes.get(id).extent(), now));
        }
        synchronized (this) {
            listing.asked.putAll(asked);
        }
        return Optional.of(answer);
    }

    /** Those behind {@code place} that are still to be looked at, and to be asked about. */
    private List<PipeId> ahead(Listing listing, int place) {
        int end = Math.min(listing.order.size(), place + AHEAD);
        return listing.order.subList(place + 1, end).stream()
                .filter(id -> listing.places.containsKey(id) && !hasFresh(listing, id))
                .toList();
    }

    private boolean hasFresh(Listing listing, PipeId id) {
        Asked asked = listing.asked.get(id);
        return asked != null && isFresh(asked);
    }

    private boolean isFresh(Asked asked) {
        return nanoTime.getAsLong() - asked.nanos() < FRESH_NANOS;
    }
}
