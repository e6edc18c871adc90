package org.dnpipes.presence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;
import org.jspecify.annotations.Nullable;

/**
 * Reads one part of the log from some time ago on, and then whatever comes, until it is stopped. Safe for use by many
 * threads.
 */
final class Tail {
    private final Place place;
    private final Source source;
    private final Executor later;
    private final Listener listener;
    private final Map<CompletableFuture<Void>, Goal> waiters = new HashMap<>();

    private @Nullable Run run;
    /** Why nothing is read, while that is so. */
    private PipeFailure ended = closed();

    /**
     * Who is told what is read, without a lock. Each reading of the log from the beginning tells in order; but one that
     * was stopped may still tell something when the next one has begun.
     */
    interface Listener {

        /** All that was told before is void, and all that other readings tell from now on. */
        void restarted(Object reading);

        /** What that reading tells from now on is in {@code log}. */
        void follows(Object reading, PipeId log);

        /** The next line of the log, which stands at {@code place}. */
        void line(Object reading, long place, String line);
    }

    /** One time of reading, from its start to its end. */
    private static final class Run {
        /** What it waits for, guarded by the lock of all; null before there is something. */
        @Nullable
        CompletableFuture<Chunk> underWay;

        /** What it reads, once that is known. */
        @Nullable
        PipeId log;

        long position;

        /** Another one each time when it begins anew. */
        Object reading = new Object();
    }

    /** Somebody waits until all before {@code end} of that part of the log is read. */
    private record Goal(PipeId log, long end) {}

    /** @param later runs a task after a moment */
    Tail(Place place, Source source, Executor later, Listener listener) {
        this.place = place;
        this.source = source;
        this.later = later;
        this.listener = listener;
    }

    /** Begins to read, if it does not read already. */
    void start() {
        Run started;
        synchronized (this) {
            if (run != null) {
                return;
            }
            started = new Run();
            run = started;
        }
        begin(started);
    }

    synchronized boolean isRunning() {
        return run != null;
    }

    /** Ends reading; who waits is told that it is over. */
    void stop() {
        CompletableFuture<Chunk> unwanted;
        synchronized (this) {
            unwanted = run == null ? null : run.underWay;
            run = null;
            ended = closed();
        }
        if (unwanted != null) {
            unwanted.cancel(false);
        }
        fail(closed());
    }

    /** Completes when all before {@code end} of {@code log} has been told; fails if that is not followed. */
    CompletableFuture<Void> reached(PipeId log, long end) {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        synchronized (this) {
            if (run == null) {
                return CompletableFuture.failedFuture(ended);
            }
            if (run.log == null || (run.log.equals(log) && run.position < end)) {
                waiters.put(reached, new Goal(log, end));
                return reached;
            }
            if (!run.log.equals(log)) {
                return CompletableFuture.failedFuture(otherLog());
            }
        }
        reached.complete(null);
        return reached;
    }

    private static PipeFailure closed() {
        return new PipeFailure(Reason.CLOSED, "nobody follows the notices of other mounts any more");
    }

    private static PipeFailure otherLog() {
        return new PipeFailure(Reason.TIMED_OUT, "the topic of notices was made again a moment ago");
    }

    private synchronized boolean isCurrent(Run mine) {
        return run == mine;
    }

    private void begin(Run mine) {
        synchronized (this) {
            if (run != mine) {
                return;
            }
            // What was told before is void: nobody may be told that it reaches somewhere.
            mine.log = null;
            mine.reading = new Object();
        }
        listener.restarted(mine.reading);
        place.use(pipe -> firstOf(pipe).thenAccept(first -> follow(mine, pipe, first)))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        failed(mine, PipeFailure.of(failure));
                    }
                });
    }

    private CompletableFuture<Long> firstOf(PipeId pipe) {
        return place.hasTime()
                .thenCompose(timed ->
                        timed ? source.newest(pipe).thenCompose(newest -> firstOf(pipe, newest)) : firstRetained(pipe));
    }

    private CompletableFuture<Long> firstOf(PipeId pipe, Instant newest) {
        Duration history = Lease.HISTORY;
        return newest.isBefore(Instant.EPOCH.plus(history))
                ? firstRetained(pipe)
                : source.firstSince(pipe, newest.minus(history));
    }

    private CompletableFuture<Long> firstRetained(PipeId pipe) {
        return source.extent(pipe).thenApply(extent -> extent.first());
    }

    private void follow(Run mine, PipeId log, long first) {
        List<CompletableFuture<Void>> inVain = new ArrayList<>();
        List<CompletableFuture<Void>> done = new ArrayList<>();
        synchronized (this) {
            if (run != mine) {
                return;
            }
            mine.log = log;
            mine.position = first;
            waiters.entrySet().removeIf(waiter -> !waiter.getValue().log().equals(log) && inVain.add(waiter.getKey()));
            waiters.entrySet().removeIf(waiter -> waiter.getValue().end() <= first && done.add(waiter.getKey()));
        }
        inVain.forEach(waiter -> waiter.completeExceptionally(otherLog()));
        listener.follows(mine.reading, log);
        // There is nothing to be told before that.
        done.forEach(waiter -> waiter.complete(null));
        read(mine, first);
    }

    private void read(Run mine, long from) {
        if (!isCurrent(mine)) {
            return;
        }
        // A place of its own for the reading, so that a cancellation reaches it.
        CompletableFuture<CompletableFuture<Chunk>> asked =
                place.use(pipe -> CompletableFuture.completedFuture(source.read(pipe, from)));
        asked.whenComplete((chunk, failure) -> {
            if (failure != null) {
                failed(mine, PipeFailure.of(failure));
            } else {
                await(mine, chunk);
            }
        });
    }

    private void await(Run mine, CompletableFuture<Chunk> chunk) {
        boolean wanted;
        synchronized (this) {
            mine.underWay = chunk;
            wanted = run == mine;
        }
        if (!wanted) {
            chunk.cancel(false);
        }
        chunk.whenComplete((found, notRead) -> came(mine, found, notRead));
    }

    private void came(Run mine, @Nullable Chunk chunk, @Nullable Throwable failure) {
        if (chunk == null) {
            failed(mine, PipeFailure.of(failure == null ? new IllegalStateException() : failure));
            return;
        }
        if (!isCurrent(mine)) {
            return;
        }
        tell(mine.reading, chunk);
        List<CompletableFuture<Void>> done = new ArrayList<>();
        synchronized (this) {
            mine.position = chunk.next();
            waiters.entrySet().removeIf(waiter -> waiter.getValue().end() <= chunk.next() && done.add(waiter.getKey()));
        }
        done.forEach(waiter -> waiter.complete(null));
        read(mine, chunk.next());
    }

    private void tell(Object reading, Chunk chunk) {
        byte[] bytes = new byte[chunk.length()];
        chunk.copyTo(ByteBuffer.wrap(bytes), 0);
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                listener.line(reading, chunk.sequenceAt(start), new String(bytes, start, i - start, US_ASCII));
                start = i + 1;
            }
        }
    }

    private void failed(Run mine, PipeFailure failure) {
        if (!isCurrent(mine)) {
            return;
        }
        boolean passes = failure.reason() == Reason.TIMED_OUT
                || failure.reason() == Reason.GONE
                || failure.reason() == Reason.OUT_OF_RANGE;
        if (passes) {
            later.execute(() -> begin(mine));
            return;
        }
        synchronized (this) {
            run = null;
            ended = failure;
        }
        fail(failure);
    }

    private void fail(PipeFailure failure) {
        List<CompletableFuture<Void>> failed;
        synchronized (this) {
            failed = List.copyOf(waiters.keySet());
            waiters.clear();
        }
        failed.forEach(waiter -> waiter.completeExceptionally(failure));
    }
}
