package org.dnpipes.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one pipe that are on their way, in order: first queued, for want of room; then accepted; then handed
 * over to a producer. Safe for use by many threads; futures are completed without the lock.
 *
 * <p>The clock is the pipe's: when nothing was acknowledged for the timeout although something waits, or a line was
 * given up, everything fails, and so does what comes until the broker answers again.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class Window {
    /** How many bytes of a pipe are accepted before the first of them is acknowledged. */
    private static final long SIZE = 4 << 20;
    /** From so many on, lines are worth big batches. */
    private static final long BULK = 64 << 10;
    /** What is not yet known to be answered must not take much of the memory that all pipes share. */
    private static final long LIGHT_MOST = 128 << 10;

    private static final long LEARN_MS = 5_000;

    /**
     * A producer makes the room for a line a few bytes larger than needed, and puts the next line there if that is
     * small. If the line is this near to the limit, the batch is then too large for the broker, for ever.
     */
    private static final int TIGHT = 128;

    final PipeId pipe;
    private final Consumer<Window> ready;
    private final Runnable again = this::tellReady;

    private final Deque<Pushed> queued = new ArrayDeque<>();
    private final Deque<Pushed> accepted = new ArrayDeque<>();
    private final Deque<Pushed> handedOver = new ArrayDeque<>();
    private final List<CompletableFuture<@Nullable Void>> wantRoom = new ArrayList<>();
    /** Accepted, and those of them that are handed over. */
    private long bytes;

    private long bytesOut;

    private Lane lane = Lane.LIGHT;
    /** 0 until it is known: nothing is handed over before. */
    private int maxMessageBytes;

    private int limit;
    /** Whose last line that was handed over fills its batch so that the next one must not be put behind it. */
    private @Nullable Pushed tight;

    private @Nullable PipeFailure refusal;
    private long progressNanos = System.nanoTime();
    private boolean retired;
    /** Whether a sender has it in its queue. */
    final AtomicBoolean scheduled = new AtomicBoolean();

    private boolean learning;
    private long learnedNanos;
    private boolean asking;
    private long askedNanos;

    /** @param ready is called, without a lock, when there is something to hand over */
    Window(PipeId pipe, Consumer<Window> ready) {
        this.pipe = pipe;
        this.ready = ready;
    }

    private void tellReady() {
        ready.accept(this);
    }

    /** What is to be handed over, and how. */
    record Next(Pushed pushed, Lane lane) {}

    /** Takes lines; null if this window was retired and another one must be made. */
    @Nullable
    Pushed push(List<byte[]> lines) {
        Pushed pushed = new Pushed(this, lines);
        PipeFailure failure;
        boolean now;
        synchronized (this) {
            if (retired) {
                return null;
            }
            failure = refusal;
            now = queued.isEmpty() && fits();
            if (failure == null) {
                if (isIdle()) {
                    progressNanos = System.nanoTime();
                }
                (now ? accepted : queued).add(pushed);
                bytes += now ? pushed.bytes : 0;
            } else {
                pushed.failed = true;
            }
        }
        if (failure != null) {
            fail(pushed, failure);
        } else if (now) {
            pushed.accepted.complete(null);
            ready.accept(this);
        }
        return pushed;
    }

    /** Null if this window was retired. Whoever does not wait any more cancels it. */
    synchronized @Nullable CompletableFuture<@Nullable Void> room() {
        if (retired) {
            return null;
        }
        CompletableFuture<@Nullable Void> room = new CompletableFuture<>();
        if (hasRoom()) {
            room.complete(null);
        } else {
            wantRoom.add(room);
            room.whenComplete((done, failure) -> {
                if (room.isCancelled()) {
                    forget(room);
                }
            });
        }
        return room;
    }

    private synchronized void forget(CompletableFuture<@Nullable Void> room) {
        wantRoom.removeIf(waiting -> waiting == room);
    }

    /** The last one may reach beyond: else whoever was told that there is room could find that there is not enough. */
    private boolean fits() {
        return bytes < SIZE;
    }

    private boolean hasRoom() {
        return refusal != null || (queued.isEmpty() && fits());
    }

    private boolean isIdle() {
        return bytes == 0 && queued.isEmpty();
    }

    /** Whether it is time to ask what the topic takes. Whoever is told so has to tell the answer. */
    synchronized boolean shouldLearnLimits() {
        boolean known = maxMessageBytes > 0 && Topics.ageMillis(learnedNanos) < LEARN_MS;
        if (known || learning || isIdle()) {
            return false;
        }
        learning = true;
        return true;
    }

    /** How large batches of this topic may be. */
    synchronized void learn(int newMaxMessageBytes) {
        learning = false;
        learnedNanos = System.nanoTime();
        maxMessageBytes = newMaxMessageBytes;
        limit = LineLimits.longestLine(newMaxMessageBytes);
    }

    /** It could not be found out. */
    synchronized void learnLater() {
        learning = false;
    }

    /** Whether the topic or its leader may be asked about this pipe. Whoever is told so has to call {@link #asked}. */
    synchronized boolean mayAsk(long everyMillis) {
        if (asking || (askedNanos != 0 && Topics.ageMillis(askedNanos) < everyMillis)) {
            return false;
        }
        asking = true;
        askedNanos = System.nanoTime();
        return true;
    }

    synchronized void asked() {
        asking = false;
    }

    /** The lines that are to be handed over next, by the one thread that does it for this pipe; null for none now. */
    synchronized @Nullable Next next(Function<Lane, Permits> permits) {
        Pushed pushed = accepted.peek();
        if (pushed == null || maxMessageBytes == 0 || tight != null) {
            return null;
        }
        if (!pushed.started) {
            if (!choose(pushed)) {
                return null;
            }
            // The first one pays for the batch that the producer allocates.
            long price = pushed.bytes + (handedOver.isEmpty() ? lane.batchSize() : 0);
            Permits shared = permits.apply(lane);
            if (!shared.take(price, again)) {
                return null;
            }
            pushed.permits = shared;
            pushed.price = price;
            pushed.started = true;
            handedOver.add(pushed);
            bytesOut += pushed.bytes;
        }
        return new Next(pushed, lane);
    }

    /** The lane for these lines; false if that must wait until the lines in the other lane are answered. */
    private boolean choose(Pushed pushed) {
        Lane wanted = wanted(pushed);
        if (wanted != lane && !handedOver.isEmpty()) {
            return false;
        }
        lane = wanted;
        return lane != Lane.LIGHT || handedOver.isEmpty() || bytesOut + pushed.bytes <= LIGHT_MOST;
    }

    private Lane wanted(Pushed pushed) {
        if (maxMessageBytes < Lane.LIGHT.batchSize()) {
            return Lane.SINGLE;
        }
        // A line near the limit might become longer when it is compressed.
        boolean plain = maxMessageBytes < Lane.BULK.batchSize() || pushed.longest > limit - limit / 64 - 1024;
        if (plain) {
            return Lane.LIGHT;
        }
        boolean busy = lane == Lane.BULK && !handedOver.isEmpty();
        return busy || bytes - bytesOut >= BULK ? Lane.BULK : Lane.LIGHT;
    }

    /** What there is to do with lines that are being handed over. */
    enum Step {
        /** Hand over the line {@link Pushed#next} - 1. */
        LINE,
        /** Wait: it will be ready again. */
        WAIT,
        /** All its lines are handed over, or it has failed and the rest is not sent. */
        END
    }

    /** One more line of it is about to be handed over. */
    synchronized Step handOver(Pushed pushed) {
        if (pushed.failed || pushed.next == pushed.lines.size()) {
            leave(pushed);
            return Step.END;
        }
        if (tight != null) {
            return Step.WAIT;
        }
        tight = pushed.lines.get(pushed.next).length > limit - TIGHT ? pushed : null;
        pushed.next++;
        pushed.unanswered++;
        return Step.LINE;
    }

    /** That line was not taken, and was not sent. */
    synchronized void takeBack(Pushed pushed) {
        pushed.next--;
        pushed.unanswered--;
        tight = null;
    }

    /** The producer tells what became of a line. */
    void answered(Pushed pushed, @Nullable RecordMetadata metadata, @Nullable Exception exception) {
        boolean last;
        boolean wasTight;
        PipeFailure failure = null;
        synchronized (this) {
            pushed.unanswered--;
            if (exception == null && metadata != null) {
                progressNanos = System.nanoTime();
                // A broker that was sent a line twice may not know any more where it is.
                pushed.first = metadata.hasOffset() ? Math.min(pushed.first, metadata.offset()) : Long.MIN_VALUE;
                pushed.newest = Math.max(pushed.newest, metadata.timestamp());
                pushed.end = Math.max(pushed.end, metadata.offset() + 1);
            } else if (exception != null && !pushed.failed) {
                failure = Failures.of("push to pipe " + pipe, exception);
            }
            last = pushed.unanswered == 0;
            wasTight = last && tight == pushed;
            if (wasTight) {
                tight = null;
            }
        }
        if (failure != null) {
            failed(pushed, failure);
        }
        if (last) {
            settle(pushed);
        }
        if (wasTight) {
            ready.accept(this);
        }
    }

    /** Some lines of it were not stored. */
    void failed(Pushed pushed, PipeFailure failure) {
        if (failure.reason() == Reason.TIMED_OUT) {
            refuse(failure);
            return;
        }
        synchronized (this) {
            pushed.failed = true;
        }
        fail(pushed, failure);
    }

    /** If nothing of it is under way any more, it makes room. */
    void settle(Pushed pushed) {
        List<CompletableFuture<@Nullable Void>> done;
        boolean stored;
        Permits permits;
        synchronized (this) {
            boolean complete = pushed.failed || pushed.next == pushed.lines.size();
            if (!complete || pushed.unanswered > 0 || !handedOver.remove(pushed)) {
                return;
            }
            leave(pushed);
            stored = !pushed.failed;
            bytes -= pushed.bytes;
            bytesOut -= pushed.bytes;
            permits = pushed.permits;
            done = admit();
        }
        if (permits != null) {
            permits.give(pushed.price);
        }
        if (stored) {
            pushed.stored.complete(pushed.end);
        }
        done.forEach(future -> future.complete(null));
        ready.accept(this);
    }

    /** Only the first of the accepted ones is ever handed over. */
    private void leave(Pushed pushed) {
        if (accepted.peek() == pushed) {
            accepted.remove();
        }
    }

    /** Moves what fits now from the queue into the window. Returns what has to be completed. */
    private List<CompletableFuture<@Nullable Void>> admit() {
        List<CompletableFuture<@Nullable Void>> done = new ArrayList<>();
        Pushed first;
        while ((first = queued.peek()) != null && fits()) {
            accepted.add(queued.remove());
            bytes += first.bytes;
            done.add(first.accepted);
        }
        if (hasRoom()) {
            done.addAll(wantRoom);
            wantRoom.clear();
        }
        return done;
    }

    boolean withdraw(Pushed pushed) {
        List<CompletableFuture<@Nullable Void>> done;
        synchronized (this) {
            if (pushed.started) {
                return false;
            }
            pushed.failed = true;
            if (accepted.remove(pushed)) {
                bytes -= pushed.bytes;
            } else {
                queued.remove(pushed);
            }
            done = admit();
        }
        fail(pushed, new PipeFailure(Reason.CLOSED, "the lines for pipe " + pipe + " were taken back"));
        done.forEach(future -> future.complete(null));
        ready.accept(this);
        return true;
    }

    /** See {@link Pushed#run}. */
    synchronized Optional<Sink.Run> run(Pushed pushed) {
        // No two lines have the same offset: as many as there are in between are all of them.
        boolean inOneRun = pushed.first >= 0 && pushed.end - pushed.first == pushed.lines.size();
        return inOneRun ? Optional.of(new Sink.Run(pushed.first, pushed.end, pushed.newest)) : Optional.empty();
    }

    /** What will become of all lines that were pushed so far. */
    synchronized List<CompletableFuture<Long>> outcomes() {
        List<CompletableFuture<Long>> all = new ArrayList<>();
        for (Deque<Pushed> some : List.of(handedOver, accepted, queued)) {
            some.forEach(pushed -> all.add(pushed.stored));
        }
        return all;
    }

    /** Fails everything that is on its way, and what comes from now on, until {@link #answers}. */
    void refuse(PipeFailure failure) {
        List<Pushed> all = new ArrayList<>();
        List<CompletableFuture<@Nullable Void>> done;
        synchronized (this) {
            // That a pipe is gone, or the connection closed, is for ever.
            if (refusal != null && refusal.reason() != Reason.TIMED_OUT) {
                return;
            }
            refusal = failure;
            for (Pushed pushed : handedOver) {
                add(pushed, all);
            }
            for (Pushed pushed : accepted) {
                bytes -= pushed.started ? 0 : pushed.bytes;
                add(pushed, all);
            }
            queued.forEach(pushed -> add(pushed, all));
            accepted.removeIf(pushed -> !pushed.started);
            queued.clear();
            done = admit();
        }
        all.forEach(pushed -> fail(pushed, failure));
        done.forEach(future -> future.complete(null));
        all.forEach(this::settle);
    }

    private static void add(Pushed pushed, List<Pushed> all) {
        if (!pushed.failed) {
            pushed.failed = true;
            all.add(pushed);
        }
    }

    private static void fail(Pushed pushed, PipeFailure failure) {
        pushed.accepted.completeExceptionally(failure);
        pushed.stored.completeExceptionally(failure);
    }

    /** The broker answers again, if it did not. */
    synchronized void answers() {
        if (refusal != null && refusal.reason() == Reason.TIMED_OUT) {
            refusal = null;
            progressNanos = System.nanoTime();
        }
    }

    synchronized @Nullable PipeFailure refusal() {
        return refusal;
    }

    /** For how long something waits without any acknowledgement; 0 if nothing does. */
    synchronized long stuckMillis() {
        return isIdle() || refusal != null ? 0 : Topics.ageMillis(progressNanos);
    }

    /** True if it was not used for that long; it is of no use any more then. */
    synchronized boolean retire(long idleMillis) {
        boolean refuses = refusal != null && refusal.reason() == Reason.TIMED_OUT;
        if (isIdle() && !refuses && wantRoom.isEmpty() && Topics.ageMillis(progressNanos) > idleMillis) {
            retired = true;
        }
        return retired;
    }
}
