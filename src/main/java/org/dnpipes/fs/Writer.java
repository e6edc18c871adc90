package org.dnpipes.fs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.dnpipes.fs.BegunLine.Author;
import org.dnpipes.pipe.LineFramer;
import org.dnpipes.pipe.LineFramer.Framed;
import org.dnpipes.pipe.Lines;
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

    /** How long a close waits to know whether it is the last one; if it takes longer, it is taken for another. */
    private static final long LONGEST_LOOK_MS = 1000;

    /**
     * For so long a write with O_NONBLOCK waits for the cluster to say that its writer counts; as a rule it need not.
     */
    private static final long PATIENCE_MS = 1000;

    /**
     * What the writers of a mount have in common.
     *
     * @param slow where to look at /proc: see {@link Looks}
     * @param nanoTime as System.nanoTime
     * @param held for the lines that were begun
     * @param synchronous every write waits until its lines are stored
     */
    record Context(
            Sink sink,
            WriterPresence presence,
            Processes processes,
            HeldBytes held,
            Executor slow,
            LongSupplier nanoTime,
            boolean synchronous) {}

    private final PipeId pipe;
    private final SharedPipe shared;
    private final Traffic traffic;
    private final Context context;
    private final LastClose lastClose;
    private final BegunLine line;
    private final Burst burst = new Burst();
    private final Deliveries deliveries = new Deliveries();
    /** Those whose fate is not known, answered or not, in their order. */
    private final Set<PendingWrite> unsettled = new LinkedHashSet<>();

    private final RoomPolls polls;
    /** Done when this writer counts as one for readers; null before it has asked for that. */
    private @Nullable CompletableFuture<Counted> presence;

    /** Done when the lines that were begun last have been pushed: those that come later wait for it. */
    private CompletableFuture<@Nullable Void> turn = CompletableFuture.completedFuture(null);

    private @Nullable PendingWrite last;
    /** The mount ends. */
    private boolean draining;

    private boolean released;
    private boolean discounted;

    /** @param longestLine how many bytes a line may have */
    Writer(SharedPipe shared, int longestLine, LastClose lastClose, Context context) {
        this.pipe = shared.id();
        this.shared = shared;
        this.traffic = shared.traffic();
        this.line = new BegunLine(longestLine, context.held(), context.processes());
        this.lastClose = lastClose;
        this.context = context;
        this.polls = new RoomPolls(() -> context.sink().room(pipe));
    }

    /** Lets this writer count as one: readers of the pipe wait for it from when the future completes. */
    synchronized CompletableFuture<Counted> count() {
        CompletableFuture<Counted> asked = presence;
        if (asked == null || asked.isCompletedExceptionally()) {
            asked = context.presence().opened(pipe, () -> end(Errno.EIO));
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
        if (draining) {
            // It might be the rest of the line that has just been ended.
            deliveries.refuse(Errno.ENOTCONN);
            answer.fail(Errno.ENOTCONN);
            return;
        }
        if (flags.nonBlocking() && !hasRoom()) {
            polls.arm();
            answer.fail(Errno.EAGAIN);
            return;
        }
        if (context.sink().isFull()) {
            answer.fail(Errno.ENOSPC);
            return;
        }
        LineFramer.State before = line.state();
        Framed framed = line.feed(write);
        if (framed.tooLong()) {
            deliveries.refuse(Errno.EMSGSIZE);
            answer.fail(Errno.EMSGSIZE);
        } else if (!framed.lines().isEmpty()) {
            start(new PendingWrite(framed.taken(), before, answer, until(flags), deliveries.add()), framed.lines());
        } else if (framed.taken() == 0 && write.data().hasRemaining()) {
            answer.fail(Errno.ENOSPC);
        } else {
            answer.count(framed.taken());
        }
    }

    private PendingWrite.Until until(OpenFlags flags) {
        boolean inBurst = !burst.hasToWait(context.nanoTime().getAsLong());
        if (context.synchronous() || flags.synchronous()) {
            return PendingWrite.Until.STORED;
        }
        if (flags.nonBlocking()) {
            return PendingWrite.Until.NOW;
        }
        return inBurst ? PendingWrite.Until.ACCEPTED : PendingWrite.Until.STORED;
    }

    private void start(PendingWrite write, Lines lines) {
        last = write;
        unsettled.add(write);
        write.answer.onInterrupt(() -> interrupted(write));
        CompletableFuture<Void> confirmed = confirmed();
        if (write.until == PendingWrite.Until.NOW) {
            confirmed = confirmed.copy().orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS);
        }
        CompletableFuture<Void> ready = confirmed;
        turn = turn.thenCompose(mine -> ready.handle((yes, failure) -> {
            push(write, lines, failure);
            discountWhenDone();
            return null;
        }));
    }

    /** Done when readers wait for this writer. */
    private CompletableFuture<Void> confirmed() {
        try {
            return count().thenCompose(Counted::confirm);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized void push(PendingWrite write, Lines lines, @Nullable Throwable notCounted) {
        if (write.isWithdrawn()) {
            return;
        }
        if (write.until == PendingWrite.Until.NOW && isLate(notCounted) && takeBack(write, Errno.EAGAIN)) {
            polls.arm();
            return;
        }
        if (notCounted != null) {
            fail(write, PipeFailure.of(notCounted));
            return;
        }
        try {
            push(write, context.sink().push(pipe, lines), lines);
        } catch (RuntimeException | Error e) {
            // Else nobody would answer this write, nor push a later one.
            log.error("{}: pushing failed, which is a bug in dnpipes: {}", pipe, e.toString(), e);
            fail(write, PipeFailure.of(e));
        }
    }

    /** Whether it may be otherwise the next time. */
    private static boolean isLate(@Nullable Throwable notCounted) {
        return notCounted instanceof TimeoutException
                || (notCounted != null && PipeFailure.of(notCounted).reason() == PipeFailure.Reason.TIMED_OUT);
    }

    private void push(PendingWrite write, Push push, Lines lines) {
        long began = context.nanoTime().getAsLong();
        int count = lines.size();
        long bytes = lines.bytes();
        write.pushed(push);
        if (write.until == PendingWrite.Until.NOW && !push.accepted().isDone() && takeBack(write, Errno.EAGAIN)) {
            polls.arm();
            return;
        }
        push.stored().whenComplete((end, failure) -> {
            if (end == null) {
                settled(write, null, failure);
            } else {
                traffic.pushed(count, bytes, context.nanoTime().getAsLong() - began);
                push.run().ifPresent(run -> shared.stored(run, bytes));
                // It may have taken so long that readers were not there any more to wait for it.
                confirmed().whenComplete((yes, doubt) -> settled(write, end, doubt));
            }
        });
        if (write.until != PendingWrite.Until.STORED) {
            push.accepted().thenRun(() -> answer(write));
        }
    }

    /** Undoes a write of which nothing has happened yet; false if that cannot be. */
    private boolean takeBack(PendingWrite write, Errno told) {
        LineFramer.State before = write.before();
        // Nobody would finish the line that was begun before it.
        if (draining || last != write || before == null || !write.withdraw()) {
            return false;
        }
        unsettled.remove(write);
        line.restore(before);
        deliveries.withdrawn(write.number);
        fail(write, told);
        return true;
    }

    private synchronized void answer(PendingWrite write) {
        if (write.answerNow()) {
            burst.answered(context.nanoTime().getAsLong());
            write.answer.count(write.taken);
        }
    }

    private void settled(PendingWrite write, @Nullable Long end, @Nullable Throwable failure) {
        synchronized (this) {
            if (write.isWithdrawn()) {
                return;
            }
            unsettled.remove(write);
            if (failure != null) {
                fail(write, PipeFailure.of(failure));
            } else if (end != null) {
                deliveries.stored(write.number, end);
                answer(write);
            }
        }
        discountWhenDone();
    }

    private void fail(PendingWrite write, PipeFailure why) {
        if (deliveries.failure() == null) {
            traffic.failed();
            log.warn("{}: a write has failed: {}", pipe, why.getMessage());
        }
        Errno errno = Errno.ofOpen(why);
        unsettled.remove(write);
        deliveries.failed(write.number, errno);
        fail(write, errno);
        withdrawUnsettled(errno);
    }

    private static void fail(PendingWrite write, Errno errno) {
        if (write.answerNow()) {
            write.answer.fail(errno);
        }
    }

    /**
     * Takes back all lines that were not handed over, also those of which the process was told that they were taken:
     * whoever waits for one of them is told that it has failed.
     */
    private void withdrawUnsettled(Errno why) {
        List<PendingWrite> lastFirst = new ArrayList<>(unsettled);
        // Whatever is handed over meanwhile, no line is missing before it.
        Collections.reverse(lastFirst);
        List<PendingWrite> withdrawn =
                lastFirst.stream().filter(PendingWrite::withdraw).toList();
        withdrawn.forEach(write -> {
            unsettled.remove(write);
            deliveries.failed(write.number, why);
            fail(write, why);
        });
    }

    /** A signal ends the call: with EINTR if it has done nothing yet, else with what it has done. */
    private synchronized void interrupted(PendingWrite write) {
        if (write.isAnswered()) {
            return;
        }
        if (!takeBack(write, Errno.EINTR)) {
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
            undecided = line.isBegun() && deliveries.failure() == null;
        }
        if (undecided) {
            CompletableFuture.runAsync(this::endLineIfLastClose, context.slow())
                    .completeOnTimeout(null, LONGEST_LOOK_MS, TimeUnit.MILLISECONDS)
                    .exceptionally(e -> {
                        // The line is left for the very last close, but this one has to be answered.
                        log.error("{}: a close failed, which is a bug in dnpipes: {}", pipe, e.toString(), e);
                        return null;
                    })
                    .thenRun(() -> awaitStored(tid, answer));
        } else {
            awaitStored(tid, answer);
        }
    }

    private void endLineIfLastClose() {
        Author author;
        synchronized (this) {
            author = line.author();
        }
        if (lastClose.endsLineOf(author.process())) {
            synchronized (this) {
                // Who has gone on with it meanwhile closes the file later.
                if (line.author().equals(author)) {
                    endLine();
                }
            }
        }
    }

    private synchronized void endLine() {
        if (deliveries.failure() != null) {
            return;
        }
        LineFramer.State before = line.state();
        line.take().ifPresent(part -> {
            PendingWrite.Until until = PendingWrite.Until.STORED;
            start(new PendingWrite(0, before, Answer.NONE, until, deliveries.add()), Lines.of(part));
        });
    }

    /** fsync(2): answered when all lines before are stored, or with the first failure. Does not end a line. */
    void fsync(int tid, Answer answer) {
        awaitStored(tid, answer);
    }

    private void awaitStored(int tid, Answer answer) {
        boolean waits;
        synchronized (this) {
            waits = !deliveries.areDone();
            deliveries.await(answer);
        }
        answer.onInterrupt(() -> giveUp(answer, () -> answer.fail(Errno.EINTR)));
        if (waits) {
            // A process that was killed cannot be interrupted any more, so it must not wait.
            context.slow().execute(() -> {
                if (context.processes().diesOfSignal(tid)) {
                    giveUp(answer, () -> answer.count(0));
                }
            });
        }
    }

    private synchronized void giveUp(Answer answer, Runnable last) {
        if (deliveries.giveUp(answer)) {
            last.run();
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
            hasRoom = deliveries.failure() != null || hasRoom();
        }
        polls.add(changed);
        if (!hasRoom) {
            polls.arm();
        }
        return hasRoom;
    }

    private boolean hasRoom() {
        CompletableFuture<?> room = context.sink().room(pipe);
        return room.isDone() || !room.cancel(false);
    }

    /** The topic is gone, or the mount ends: fails what waits and whatever comes. */
    void end(Errno errno) {
        synchronized (this) {
            deliveries.fail(errno);
            withdrawUnsettled(errno);
            unsettled.forEach(write -> fail(write, errno));
        }
        polls.tell();
        discountWhenDone();
    }

    /** Takes nothing more, pushes what is held, and completes when nothing is on its way any more. */
    CompletableFuture<Void> drain() {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        synchronized (this) {
            draining = true;
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
            line.close();
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
        // If it never counted, there is nothing to tell.
        counted.thenCompose(writer -> writer.closed(end).exceptionally(failure -> {
            log.warn("{}: cannot tell readers that a writer has closed: {}", pipe, failure.getMessage());
            return null;
        }));
    }
}
