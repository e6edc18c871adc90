package org.dnpipes.fs;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.dnpipes.pipe.LineFramer;
import org.dnpipes.pipe.LineFramer.Framed;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Sink.Push;
import org.dnpipes.pipe.WriterPresence;
import org.dnpipes.pipe.WriterPresence.Counted;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing side of an open pipe: cuts what is written into lines, pushes them, and answers when the contract says
 * so. A failure is final for this open file: nothing that comes later is pushed, and every later call fails as well.
 *
 * <p>The kernel lets one write into a pipe at a time, the next one after the answer, so the lines of one open file keep
 * their order. Safe for use by many threads: one lock per writer, never held while anything is waited for.
 */
final class Writer {
    private static final Logger log = LoggerFactory.getLogger(Writer.class);

    /**
     * What the writers of a mount have in common.
     *
     * @param slow where to look at /proc, which takes a moment
     * @param nanoTime as System.nanoTime
     * @param synchronous every write waits until its lines are stored
     */
    record Context(
            Sink sink,
            WriterPresence presence,
            Processes processes,
            Executor slow,
            LongSupplier nanoTime,
            boolean synchronous) {}

    private final PipeId pipe;
    private final Context context;
    private final LastClose lastClose;
    private final LineFramer framer;
    private final Pieces pieces = new Pieces();
    private final Burst burst = new Burst();
    private final Deliveries deliveries = new Deliveries();
    private final Set<PendingWrite> waiting = new HashSet<>();
    private final RoomPolls polls;
    /** Done when this writer counts as one for readers; null before it has asked for that. */
    private @Nullable CompletableFuture<Counted> presence;

    /** Done when the lines that were begun last have been pushed: those that come later wait for it. */
    private CompletableFuture<@Nullable Void> turn = CompletableFuture.completedFuture(null);

    private @Nullable PendingWrite last;
    private int partWrittenBy;
    private boolean released;
    private boolean discounted;
    /** @param longestLine how many bytes a line may have */
    Writer(PipeId pipe, int longestLine, LastClose lastClose, Context context) {
        this.pipe = pipe;
        this.framer = new LineFramer(longestLine);
        this.lastClose = lastClose;
        this.context = context;
        this.polls = new RoomPolls(() -> context.sink().room(pipe));
    }

    /** A write(2), or the end of a line at a close, whose lines are on their way. */
    private static final class PendingWrite {
        final int taken;
        final LineFramer.State before;
        final Answer answer;
        final boolean untilStored;

        @Nullable
        Push push;

        boolean withdrawn;

        PendingWrite(int taken, LineFramer.State before, Answer answer, boolean untilStored) {
            this.taken = taken;
            this.before = before;
            this.answer = answer;
            this.untilStored = untilStored;
        }

        /** Whether nothing of it was, or will be, handed over. */
        boolean withdraw() {
            // Before: the engine may fail the future of what it gives back within the call.
            withdrawn = true;
            withdrawn = push == null || push.withdraw();
            return withdrawn;
        }
    }

    /** Lets this writer count as one: readers of the pipe wait for it from when the future completes. */
    synchronized CompletableFuture<Counted> count() {
        CompletableFuture<Counted> asked = presence;
        if (asked == null) {
            asked = context.presence().opened(pipe);
            presence = asked;
        }
        return asked;
    }

    /** write(2): answered with how many bytes were taken, when their lines are stored or, in a burst, on their way. */
    synchronized void write(OpenFiles.Write write, Answer answer) {
        OpenFlags flags = write.flags();
        if (deliveries.failure() != null) {
            answer.fail(deliveries.failure());
            return;
        }
        if (flags.nonBlocking() && !context.sink().room(pipe).isDone()) {
            polls.arm();
            answer.fail(Errno.EAGAIN);
            return;
        }
        LineFramer.State before = framer.state();
        Framed framed = framer.feed(write.data(), pieces.goesOn(write));
        pieces.taken(write, framed.taken());
        partWrittenBy = write.tid();
        if (framed.tooLong()) {
            deliveries.refuse(Errno.EMSGSIZE);
            answer.fail(Errno.EMSGSIZE);
        } else if (framed.lines().isEmpty()) {
            answer.count(framed.taken());
        } else {
            start(new PendingWrite(framed.taken(), before, answer, hasToWait(flags)), framed.lines());
        }
    }

    private boolean hasToWait(OpenFlags flags) {
        boolean inBurst = !burst.hasToWait(context.nanoTime().getAsLong());
        return context.synchronous() || flags.synchronous() || !(inBurst || flags.nonBlocking());
    }

    private void start(PendingWrite write, List<byte[]> lines) {
        last = write;
        waiting.add(write);
        deliveries.add();
        write.answer.onInterrupt(() -> interrupted(write));
        CompletableFuture<Void> confirmed = count().thenCompose(Counted::confirm);
        turn = turn.thenCompose(mine -> confirmed.handle((yes, failure) -> {
            push(write, lines, failure);
            return null;
        }));
    }

    private synchronized void push(PendingWrite write, List<byte[]> lines, @Nullable Throwable notCounted) {
        if (!waiting.contains(write)) {
            return;
        }
        if (notCounted != null) {
            fail(write, PipeFailure.of(notCounted));
            return;
        }
        Push push = context.sink().push(pipe, lines);
        write.push = push;
        push.stored().whenComplete((end, failure) -> stored(write, end, failure));
        if (!write.untilStored) {
            push.accepted().thenRun(() -> answer(write));
        }
    }

    private synchronized void answer(PendingWrite write) {
        if (waiting.remove(write)) {
            burst.answered(context.nanoTime().getAsLong());
            write.answer.count(write.taken);
        }
    }

    private void stored(PendingWrite write, @Nullable Long end, @Nullable Throwable failure) {
        synchronized (this) {
            if (write.withdrawn) {
                return;
            }
            if (failure != null) {
                fail(write, PipeFailure.of(failure));
            } else if (end != null) {
                deliveries.stored(end);
                answer(write);
            }
        }
        discountWhenDone();
    }

    private void fail(PendingWrite write, PipeFailure why) {
        if (deliveries.failure() == null) {
            log.warn("{}: not stored: {}", pipe, why.getMessage());
        }
        deliveries.failed(why);
        failWaiting(write, Errno.ofOpen(why));
        for (PendingWrite later : List.copyOf(waiting)) {
            if (later.withdraw()) {
                deliveries.withdrawn();
                failWaiting(later, Errno.ofOpen(why));
            }
        }
    }

    private void failWaiting(PendingWrite write, Errno errno) {
        if (waiting.remove(write)) {
            write.answer.fail(errno);
        }
    }

    /** A signal ends the call: with EINTR if it has done nothing yet, else with what it has done. */
    private synchronized void interrupted(PendingWrite write) {
        if (!waiting.contains(write)) {
            return;
        }
        if (last == write && write.withdraw()) {
            waiting.remove(write);
            framer.restore(write.before);
            deliveries.withdrawn();
            write.answer.fail(Errno.EINTR);
        } else {
            answer(write);
        }
    }

    /**
     * close(2), of any duplicate: answered when all lines before are stored, or with the first failure. A line that was
     * begun becomes a message if nobody is left who would finish it.
     */
    void flush(int tid, Answer answer) {
        boolean undecided;
        synchronized (this) {
            undecided = framer.holdsPart() && deliveries.failure() == null;
        }
        if (undecided) {
            context.slow().execute(() -> {
                endLineIfLastClose();
                awaitStored(tid, answer);
            });
        } else {
            awaitStored(tid, answer);
        }
    }

    private void endLineIfLastClose() {
        int writtenBy;
        synchronized (this) {
            writtenBy = partWrittenBy;
        }
        if (lastClose.endsLineOf(writtenBy)) {
            endLine();
        }
    }

    private synchronized void endLine() {
        if (deliveries.failure() != null) {
            return;
        }
        LineFramer.State before = framer.state();
        framer.takePart().ifPresent(line -> start(new PendingWrite(0, before, Answer.NONE, true), List.of(line)));
    }

    /** fsync(2): answered when all lines before are stored, or with the first failure. Does not end a line. */
    void fsync(int tid, Answer answer) {
        awaitStored(tid, answer);
    }

    private void awaitStored(int tid, Answer answer) {
        synchronized (this) {
            // A process that was killed cannot be interrupted any more, so it must not wait.
            if (!deliveries.areDone() && context.processes().diesOfSignal(tid)) {
                answer.count(0);
                return;
            }
            deliveries.await(answer);
        }
        answer.onInterrupt(() -> giveUp(answer));
    }

    private synchronized void giveUp(Answer answer) {
        if (deliveries.giveUp(answer)) {
            answer.fail(Errno.EINTR);
        }
    }

    /**
     * poll(2): whether a write would not have to wait for room.
     *
     * @param changed called each time, later, that one which would have had to would not any more, as long as the file
     *     is open. Null: nobody waits for that
     */
    boolean poll(@Nullable Runnable changed) {
        boolean hasRoom;
        synchronized (this) {
            hasRoom = deliveries.failure() != null || context.sink().room(pipe).isDone();
        }
        polls.add(changed);
        if (!hasRoom) {
            polls.arm();
        }
        return hasRoom;
    }

    /** The topic is gone: fails what waits and whatever comes. */
    synchronized void end(Errno errno) {
        deliveries.fail(errno);
        for (PendingWrite write : List.copyOf(waiting)) {
            if (write.withdraw()) {
                deliveries.withdrawn();
            }
            failWaiting(write, errno);
        }
        polls.tell();
    }

    /** Pushes what is held, and completes when nothing is on its way any more. */
    CompletableFuture<Void> drain() {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        synchronized (this) {
            endLine();
            deliveries.await(new FutureAnswer(drained));
        }
        return drained;
    }

    /** The last close. The writer counts until its last line is stored. */
    void release() {
        polls.close();
        synchronized (this) {
            endLine();
            released = true;
        }
        discountWhenDone();
    }

    private void discountWhenDone() {
        CompletableFuture<Counted> counted;
        long end;
        synchronized (this) {
            counted = presence;
            end = deliveries.end();
            if (!released || discounted || counted == null || !deliveries.areDone()) {
                return;
            }
            discounted = true;
        }
        counted.thenCompose(writer -> writer.closed(end)).exceptionally(failure -> {
            log.warn("{}: cannot tell readers that a writer has closed: {}", pipe, failure.getMessage());
            return null;
        });
    }
}
