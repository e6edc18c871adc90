package org.dnpipes.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
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
    private final WindowSpace space;
    private final Consumer<Window> ready;
    private final Rounds rounds;
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
    /** Lines that were stored; how many of them {@link #progressNanos} knows of. */
    private final AtomicLong stored = new AtomicLong();

    private long storedBefore;
    private long progressNanos = System.nanoTime();

    private boolean retired;
    /** Whether a sender has it in its queue. */
    final AtomicBoolean scheduled = new AtomicBoolean();

    private boolean learning;
    private long learnedNanos;
    private boolean asking;
    private long askedNanos;

    /**
     * @param space what all windows have in common
     * @param ready is called, without a lock, when there is something to hand over
     * @param nanoTime as System.nanoTime, to tell how long a round takes
     */
    Window(PipeId pipe, WindowSpace space, Consumer<Window> ready, LongSupplier nanoTime) {
        this.pipe = pipe;
        this.space = space;
        this.ready = ready;
        this.rounds = new Rounds(nanoTime);
    }

    private void tellReady() {
        ready.accept(this);
    }

    /** What is to be handed over, and how. */
    record Next(Pushed pushed, Lane lane) {}

    /** Takes lines; null if this window was retired and another one must be made. */
    @Nullable
    Pushed push(Lines lines) {
        Pushed pushed = new Pushed(this, lines);
        PipeFailure failure;
        boolean now;
        boolean due;
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
                space.take(pushed.bytes);
            } else {
                pushed.failed = true;
            }
            due = isDue();
        }
        if (failure != null) {
            fail(pushed, failure);
        } else if (now) {
            pushed.accepted.complete(null);
            if (due) {
                ready.accept(this);
            }
        }
        return pushed;
    }

    /** Whether the sender has to be told of what is accepted. */
    private boolean isDue() {
        return rounds.isSenderAway() && mayGo();
    }

    /** Whether what is accepted need not wait for what is on its way. */
    private boolean mayGo() {
        return lane == Lane.BULK || bytes - bytesOut >= Lane.LIGHT.batchSize() || rounds.mayBegin(handedOver.peek());
    }

    /** Nothing is to be handed over now. Whether the sender should come back in a moment all the same. */
    synchronized boolean comesBack() {
        return rounds.senderComesBack(lane == Lane.LIGHT);
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
        return bytes < SIZE && space.fits(bytes);
    }

    private boolean hasRoom() {
        return refusal != null || (queued.isEmpty() && fits() && !space.isFull());
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
        boolean goesOn = rounds.senderLooks();
        if (pushed == null || maxMessageBytes == 0 || tight != null) {
            return null;
        }
        if (!pushed.started) {
            if (!(goesOn || mayGo()) || !choose(pushed)) {
                return null;
            }
            // The first one pays for the batch that the producer allocates.
            long price = pushed.inProducer() + (handedOver.isEmpty() ? lane.batchSize() : 0);
            Permits shared = permits.apply(lane);
            if (!shared.take(price, again)) {
                return null;
            }
            pushed.permits = shared;
            pushed.price = price;
            pushed.started = true;
            rounds.started(pushed);
            handedOver.add(pushed);
            bytesOut += pushed.bytes;
        }
        rounds.senderHandsOver();
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
        boolean plain = maxMessageBytes < Lane.BULK.batchSize() || pushed.lines.longest() > limit - limit / 64 - 1024;
        if (plain) {
            return Lane.LIGHT;
        }
        boolean busy = lane == Lane.BULK && !handedOver.isEmpty();
        return busy || bytes - bytesOut >= BULK ? Lane.BULK : Lane.LIGHT;
    }

    /**
     * How many lines of it, from {@link Pushed#next} on, are to be handed over now, by the one thread that does it. 0
     * if all were, if it has failed, or if it has to wait: then it will be ready again.
     */
    synchronized int handOver(Pushed pushed) {
        int count = tight == null ? pushed.take(limit - TIGHT) : 0;
        if (count > 0 && pushed.lines.length(pushed.next - 1) > limit - TIGHT) {
            tight = pushed;
        }
        if (count == 0 && pushed.isHandedOver()) {
            pushed.forgetLines();
            leave(pushed);
        }
        return count;
    }

    /** The last {@code count} lines of it were not taken, and were not sent. */
    synchronized void takeBack(Pushed pushed, int count) {
        pushed.takeBack(count);
        tight = null;
    }

    /** The producer tells what became of a line. */
    void answered(Pushed pushed, @Nullable RecordMetadata metadata, @Nullable Exception exception) {
        if (exception == null) {
            stored.getAndIncrement();
        } else if (!pushed.failed) {
            // Before it counts as answered: whoever finds that all were takes them for stored otherwise.
            failed(pushed, Failures.of("push to pipe " + pipe, exception));
        }
        if (pushed.answered(exception == null ? metadata : null)) {
            loosen(pushed);
            settle(pushed);
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
        boolean isStored;
        boolean due;
        Permits permits;
        synchronized (this) {
            if (!pushed.isHandedOver() || !pushed.isAnswered() || !handedOver.remove(pushed)) {
                return;
            }
            leave(pushed);
            isStored = !pushed.failed;
            rounds.answered(pushed);
            bytes -= pushed.bytes;
            bytesOut -= pushed.bytes;
            space.give(pushed.bytes);
            permits = pushed.permits;
            done = admit();
            due = !accepted.isEmpty() && isDue();
        }
        if (permits != null) {
            permits.give(pushed.price);
        }
        if (isStored) {
            pushed.stored.complete(pushed.end());
        }
        done.forEach(future -> future.complete(null));
        if (due) {
            ready.accept(this);
        }
    }

    /** Its last line that was handed over was answered. */
    private void loosen(Pushed pushed) {
        synchronized (this) {
            // Another one may have been handed over meanwhile.
            if (tight != pushed || !pushed.isAnswered()) {
                return;
            }
            tight = null;
        }
        ready.accept(this);
    }

    /** Only the first of the accepted ones is ever handed over. */
    private void leave(Pushed pushed) {
        if (accepted.peek() == pushed) {
            accepted.remove();
        }
    }

    /** Other pipes may have given room back. What waits here need not wait for its own lines, then. */
    void lookForRoom() {
        List<CompletableFuture<@Nullable Void>> done;
        boolean due;
        synchronized (this) {
            done = admit();
            due = !accepted.isEmpty() && isDue();
        }
        done.forEach(future -> future.complete(null));
        if (due) {
            ready.accept(this);
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
            boolean wasAccepted = accepted.remove(pushed);
            bytes -= wasAccepted ? pushed.bytes : 0;
            if (wasAccepted || queued.remove(pushed)) {
                space.give(pushed.bytes);
            }
            done = admit();
        }
        fail(pushed, new PipeFailure(Reason.CLOSED, "the lines for pipe " + pipe + " were taken back"));
        done.forEach(future -> future.complete(null));
        ready.accept(this);
        return true;
    }

    /** How many bytes were pushed and are not acknowledged. */
    synchronized long bytesOnTheirWay() {
        return bytes + queued.stream().mapToLong(pushed -> pushed.bytes).sum();
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
                space.give(pushed.started ? 0 : pushed.bytes);
                add(pushed, all);
            }
            for (Pushed pushed : queued) {
                space.give(pushed.bytes);
                add(pushed, all);
            }
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
        noteProgress();
        return isIdle() || refusal != null ? 0 : Topics.ageMillis(progressNanos);
    }

    /** Lines are counted without the lock: there may be a million of them in a second. */
    private void noteProgress() {
        long now = stored.get();
        if (now != storedBefore) {
            storedBefore = now;
            progressNanos = System.nanoTime();
        }
    }

    /** True if it was not used for that long; it is of no use any more then. */
    synchronized boolean retire(long idleMillis) {
        noteProgress();
        boolean refuses = refusal != null && refusal.reason() == Reason.TIMED_OUT;
        if (isIdle() && !refuses && wantRoom.isEmpty() && Topics.ageMillis(progressNanos) > idleMillis) {
            retired = true;
        }
        return retired;
    }
}
