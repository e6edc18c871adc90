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
 * it. With the first one the extents of many that follow are asked for, in one question. Each of these answers is used
 * by that thread, soon, and once; but what the thread does next to the same name, which the kernel looks up again, gets
 * it as well: after each stat(2) ls asks for extended attributes. Safe for use by many threads.
 */
public final class Listings {
    /** So many pipes are asked about together. */
    private static final int AHEAD = 1000;

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long NEXT_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    private static final int MOST = 32;

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
        /** The answers to come about those from this place on, and when they were asked for. */
        int first;

        List<CompletableFuture<Extent>> asked = List.of();
        long askedNanos;
        /** The one that was looked at last, when, and the answer. */
        @Nullable
        PipeId last;

        long lastNanos;
        CompletableFuture<Extent> lastAnswer = new CompletableFuture<>();
    }

    /** The thread has listed these. */
    void listed(int tid, List<Node> nodes) {
        Listing listing = new Listing();
        for (Node node : nodes) {
            if (node instanceof Pipe pipe) {
                listing.places.put(pipe.id(), listing.order.size());
                listing.order.add(pipe.id());
            }
        }
        synchronized (this) {
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
        Optional<CompletableFuture<Extent>> answer = again(tid, pipe).or(() -> next(tid, pipe));
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
        int place;
        List<PipeId> wanted;
        synchronized (this) {
            listing = byThread.get(tid);
            Integer found = listing == null ? null : listing.places.remove(pipe.id());
            if (listing == null || found == null) {
                return Optional.empty();
            }
            place = found;
            @Nullable CompletableFuture<Extent> asked = asked(listing, place);
            if (asked != null) {
                return Optional.of(asked);
            }
            wanted = List.copyOf(listing.order.subList(place, Math.min(listing.order.size(), place + AHEAD)));
        }
        long now = nanoTime.getAsLong();
        List<CompletableFuture<Extent>> answers = new ArrayList<>(wanted.size());
        for (PipeId id : wanted) {
            answers.add(pipes.get(id).extent());
        }
        synchronized (this) {
            listing.first = place;
            listing.asked = answers;
            listing.askedNanos = now;
        }
        return Optional.of(answers.get(0));
    }

    private @Nullable CompletableFuture<Extent> asked(Listing listing, int place) {
        int at = place - listing.first;
        boolean fresh = nanoTime.getAsLong() - listing.askedNanos < FRESH_NANOS;
        return fresh && at >= 0 && at < listing.asked.size() ? listing.asked.get(at) : null;
    }
}
