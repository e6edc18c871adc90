package org.dnpipes.fs;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.dnpipes.fs.EndOfPipe.Findings;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.WriterPresence;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reading side of an open pipe. Reads are answered in the order they came; one that has to wait is an entry in a
 * queue and holds no thread. Whatever may change what a waiting read finds (a chunk, a writer that comes or goes, an
 * answer of the cluster, a reset) leads to {@link #advance}, which answers all it can.
 *
 * <p>Safe for use by many threads: one lock per reader, never held while anything is waited for.
 */
final class Reader {
    private static final Logger log = LoggerFactory.getLogger(Reader.class);

    /**
     * The kernel cuts a read(2) into requests of at most 128 KiB. One of more than this may be followed by a next
     * piece, which would wait at the end of the pipe although the process could have something already.
     */
    private static final int MAY_BE_A_PIECE = 64 * 1024;

    /** How long a poll waits for the cluster, so that what it says is true. */
    private static final long POLL_PATIENCE_MS = 1000;

    /** What a reader is made of: where it starts (null: with the pipe), its rules, and whether it can seek. */
    record Setup(@Nullable Cursor cursor, ReadRules rules, boolean stream) {}

    /** What a read would find now. */
    private enum Outcome {
        BYTES,
        END,
        AGAIN,
        FAILURE,
        /** Nothing, until something changes. */
        WAIT,
        /** Not known before the cluster has answered. */
        UNKNOWN
    }

    private final SharedPipe pipe;
    private final Traffic traffic;
    private final ReadRules rules;
    private final boolean stream;
    private final Supply supply;
    private final EndOfPipe endOfPipe;
    private final Question<Findings> writersAndPipe;
    private final Question<Findings> pipeAlone;
    /** Up to where the pipe was read when these were asked. */
    private long asksAt;

    private final Deque<ReadCall> calls = new ArrayDeque<>();
    private final Polls polls = new Polls();

    /** Whether positions mean something else since the last read, also the one where that ended. */
    private boolean mapsAnew;

    private @Nullable Errno ended;
    /** Whether the log has been told of a failure since something was read. */
    private boolean told;

    private @Nullable Attributes lastTold;

    private boolean advancing;
    private boolean advanceAgain;

    private Reader(SharedPipe pipe, Setup setup) {
        this.pipe = pipe;
        this.traffic = pipe.traffic();
        this.rules = setup.rules();
        this.stream = setup.stream();
        this.supply = new Supply(pipe, setup.cursor(), this, this::advance);
        this.endOfPipe = new EndOfPipe(pipe);
        this.writersAndPipe = new Question<>(endOfPipe::look, this, this::advance);
        this.pipeAlone = new Question<>(endOfPipe::lookAtPipe, this, this::advance);
    }

    /** Makes a reader, and then lets others know it. */
    static Reader open(SharedPipe pipe, Setup setup, WriterPresence presence) {
        Reader reader = new Reader(pipe, setup);
        reader.endOfPipe.watch(presence, reader::writersChanged);
        return reader;
    }

    /** Completes when no writer that comes can be missed any more. Never fails. */
    CompletableFuture<Void> began() {
        return endOfPipe.began();
    }

    /** The process asked where the end of the file is. */
    synchronized void soughtEnd() {
        if (!rules.isSeeking()) {
            // What was told so far was not to be relied on.
            lastTold = null;
        }
        rules.soughtEnd();
    }

    /** Whether this reader reads a regular file, and so relies on exact sizes. */
    synchronized boolean isSeeking() {
        return rules.isSeeking();
    }

    /** read(2): answered when there is something to answer. */
    void read(ReadCall call) {
        synchronized (this) {
            rules.readStarted();
            if (calls.isEmpty()) {
                // What an earlier read found is not fresh.
                forgetFindings();
            }
            calls.add(call);
        }
        call.answer.onInterrupt(() -> interrupted(call));
        advance();
    }

    /**
     * poll(2). If nobody can tell in time whether there is something to read, it is answered that there is not: whoever
     * polls may have other files to look at.
     *
     * @param changed called whenever a read that would have had to wait would not any more, as long as the file is
     *     open. Null: nobody waits for that
     * @param interrupts is told what a signal does
     * @param ready gets, once, whether a read would be answered at once
     */
    void poll(@Nullable Runnable changed, Consumer<Runnable> interrupts, Consumer<Boolean> ready) {
        Polls.Call poll = new Polls.Call(ready);
        synchronized (this) {
            if (calls.isEmpty()) {
                forgetFindings();
            }
            polls.add(poll, changed);
        }
        interrupts.accept(() -> giveUp(poll));
        advance();
        if (isWaiting(poll)) {
            Later.run(POLL_PATIENCE_MS, () -> giveUp(poll));
        }
    }

    private synchronized boolean isWaiting(Polls.Call poll) {
        return polls.contains(poll);
    }

    private synchronized void giveUp(Polls.Call poll) {
        polls.giveUp(poll);
    }

    private void interrupted(ReadCall call) {
        boolean waiting;
        synchronized (this) {
            waiting = calls.remove(call);
        }
        if (waiting) {
            call.answer.fail(Errno.EINTR);
            advance();
        }
    }

    private void writersChanged() {
        synchronized (this) {
            forgetFindings();
            polls.arm();
        }
        advance();
    }

    /**
     * Whether the process still has to be shown a size of 0, since the pipe was reset: a reader of a regular file, like
     * tail, notices by that. Until then its positions mean nothing. Others just go on with what comes after.
     */
    synchronized boolean hasResetToShow() {
        return rules.isSeeking() && supply.hasResetToShow();
    }

    /** The process is shown a size of 0. */
    synchronized void resetShown() {
        supply.resetShown();
        mapsAnew = true;
        lastTold = null;
    }

    /** Its process was told this of the file. */
    synchronized void told(Attributes attributes) {
        lastTold = attributes;
    }

    /** What its process was told of the file last, with a size that is no less than what it has read since. */
    synchronized Optional<Attributes> told() {
        long read = stream ? 0 : supply.reached();
        return Optional.ofNullable(lastTold).map(told -> told.size() < read ? told.withSize(read) : told);
    }

    /** Whether its size can be told from what is known of the pipe. */
    synchronized boolean hasPositionsOfThePipe() {
        return stream || rules.isSeeking() || supply.hasPositionsOfThePipe();
    }

    /**
     * The size of the file in this reader's positions.
     *
     * @param index the pipe's
     * @param end how far the pipe goes, or is known to go
     * @param head where what is left of it starts, or later
     * @param counted whether it is there that it starts
     */
    CompletableFuture<Long> size(ByteIndex index, Mark end, Mark head, boolean counted) {
        return lastPlace(index, end, head).thenCompose(last -> sizeTo(index, last, head, counted));
    }

    /** The end of the pipe, or of a snapshot. */
    private synchronized CompletableFuture<Mark> lastPlace(ByteIndex index, Mark end, Mark head) {
        long limit = supply.limit();
        if (limit >= end.sequence()) {
            return CompletableFuture.completedFuture(end);
        }
        return limit <= head.sequence()
                ? CompletableFuture.completedFuture(head)
                : pipe.places().of(index, limit);
    }

    private synchronized CompletableFuture<Long> sizeTo(ByteIndex index, Mark last, Mark head, boolean counted) {
        if (stream) {
            return bytes(index, last, head);
        }
        if (counted && rules.isSeeking()) {
            supply.startAt(index, head);
        }
        return supply.size(index, last, head, rules.isSeeking());
    }

    /** A stream has no positions: its size is what there is of what it was opened for. */
    private CompletableFuture<Long> bytes(ByteIndex index, Mark last, Mark head) {
        long begin = supply.begin();
        if (begin <= head.sequence()) {
            return CompletableFuture.completedFuture(last.position() - head.position());
        }
        if (begin >= last.sequence()) {
            return CompletableFuture.completedFuture(0L);
        }
        return pipe.places().of(index, begin).thenApply(first -> last.position() - first.position());
    }

    /** Whether a read waits for its answer. */
    synchronized boolean isWaiting() {
        return !calls.isEmpty();
    }

    /** How many messages before {@code sequence} were not read, gaps included; 0 if that is not known. */
    synchronized long lag(long sequence) {
        return supply.lag(sequence);
    }

    /** Fails what waits and whatever comes. */
    void end(Errno errno) {
        synchronized (this) {
            ended = errno;
            polls.arm();
        }
        advance();
    }

    /** The last close. */
    void release() {
        end(Errno.ESTALE);
        synchronized (this) {
            forgetFindings();
            polls.close();
            supply.close();
        }
        endOfPipe.close();
    }

    /** Answers what can be answered, and asks for what is missing. A call from within is made up for at the end. */
    private void advance() {
        synchronized (this) {
            advanceAgain = true;
            if (advancing) {
                return;
            }
            advancing = true;
            try {
                while (advanceAgain) {
                    advanceAgain = false;
                    answerReads();
                    answerPolls();
                }
                supply.rest();
            } catch (RuntimeException | Error e) {
                // Nobody would ever answer those who wait.
                log.error("{}: reading failed, which is a bug in dnpipes: {}", pipe.id(), e.toString(), e);
                ended = Errno.EIO;
                calls.forEach(call -> call.answer.fail(Errno.EIO));
                calls.clear();
                polls.answer(true);
            } finally {
                advancing = false;
            }
        }
    }

    private void answerReads() {
        ReadCall call = calls.peek();
        while (call != null && answer(call)) {
            calls.remove();
            call = calls.peek();
        }
    }

    private boolean answer(ReadCall call) {
        if (ended != null) {
            call.answer.fail(ended);
            return true;
        }
        Outcome outcome = outcome(call.next(), call.nonBlocking);
        while (outcome == Outcome.BYTES && !completes(call)) {
            call.finished(fill(call.collected()));
            outcome = call.missing() == 0 ? Outcome.BYTES : outcome(call.next(), call.nonBlocking);
        }
        if (outcome == Outcome.UNKNOWN || (outcome == Outcome.WAIT && !call.isBegun())) {
            return false;
        }
        if (outcome != Outcome.BYTES && call.isBegun()) {
            // Whatever it is, the next read is told.
            outcome = Outcome.END;
        }
        switch (outcome) {
            case BYTES -> {
                give(call, this::fill);
                if (supply.cursor().available() == 0) {
                    polls.arm();
                }
            }
            case AGAIN -> {
                call.answer.fail(Errno.EAGAIN);
                polls.arm();
            }
            case FAILURE -> {
                traffic.failed();
                call.answer.fail(failed());
            }
            default -> give(call, target -> 0);
        }
        forgetFindings();
        return true;
    }

    /** Answers with what was collected, and what {@code more} adds. Only now it counts: a signal may come before. */
    private void give(ReadCall call, ToLongFunction<ByteBuffer> more) {
        call.answer.bytes(target -> {
            int asked = target.remaining();
            long finished = call.take(target) + more.applyAsLong(target);
            told = false;
            traffic.pulled(finished, asked - target.remaining());
        });
    }

    /**
     * Whether the bytes in hand are all that a read is to get. Readers of a regular file rely on getting all that they
     * ask for up to its size: GNU tail takes what a short read brings for the last that there is.
     */
    private boolean completes(ReadCall call) {
        Cursor cursor = supply.cursor();
        return !rules.isSeeking()
                || cursor.available() >= call.missing()
                || cursor.sequence() >= Math.min(pipe.knownStable(), cursor.limit());
    }

    private void answerPolls() {
        if (!polls.areWaiting()) {
            return;
        }
        Outcome outcome = ended != null ? Outcome.FAILURE : outcome(-1, false);
        if (outcome != Outcome.UNKNOWN) {
            polls.answer(outcome != Outcome.WAIT);
        }
    }

    /** @param position where the kernel reads, or -1 for where the last read ended */
    private Outcome outcome(long position, boolean nonBlocking) {
        if (!supply.hasStarted()) {
            return failedOr(Outcome.UNKNOWN, supply.failure().orElse(null), nonBlocking, supply::retryLater);
        }
        if (hasResetToShow()) {
            if (position != 0) {
                return Outcome.END;
            }
            // Who reads from the start begins anew.
            resetShown();
        }
        Cursor cursor = supply.cursor();
        if (!stream && position >= 0 && (mapsAnew || position != supply.position())) {
            supply.seek(position, rules.isSeeking());
            mapsAnew = false;
        }
        if (supply.hasBytes()) {
            return Outcome.BYTES;
        }
        if (supply.failure().isPresent()) {
            return failedOr(Outcome.UNKNOWN, supply.failure().orElse(null), nonBlocking, supply::retryLater);
        }
        if (!supply.isPlaced()) {
            return Outcome.UNKNOWN;
        }
        if (cursor.isAtLimit()) {
            return Outcome.END;
        }
        if (cursor.sequence() < pipe.knownStable()) {
            return Outcome.UNKNOWN;
        }
        return rules.hasEnd(nonBlocking) ? atEnd(cursor, nonBlocking) : Outcome.WAIT;
    }

    private Outcome atEnd(Cursor cursor, boolean nonBlocking) {
        if (cursor.sequence() != asksAt) {
            // What was found out at another place may be long ago.
            forgetFindings();
            asksAt = cursor.sequence();
        }
        Question<Findings> question = rules.asksForWriters(nonBlocking) ? writersAndPipe : pipeAlone;
        Findings findings = question.answer();
        if (findings == null) {
            return failedOr(Outcome.UNKNOWN, question.failure(), nonBlocking, question::retryLater);
        }
        if (findings.hasMore(cursor.sequence())) {
            return Outcome.UNKNOWN;
        }
        return switch (rules.decide(findings, cursor.sequence(), cursor.position() > 0, nonBlocking)) {
            case WAIT -> Outcome.WAIT;
            case AGAIN -> Outcome.AGAIN;
            case END -> Outcome.END;
        };
    }

    /** A definite failure is told; one that may pass lets blocking reads wait. */
    private static Outcome failedOr(
            Outcome otherwise, @Nullable PipeFailure failure, boolean nonBlocking, Runnable retryLater) {
        if (failure == null) {
            return otherwise;
        }
        if (failure.reason() == PipeFailure.Reason.TIMED_OUT && !nonBlocking) {
            retryLater.run();
            return Outcome.UNKNOWN;
        }
        return Outcome.FAILURE;
    }

    private Errno failed() {
        PipeFailure failure = supply.failure().orElse(null);
        if (failure == null) {
            failure = writersAndPipe.failure() != null ? writersAndPipe.failure() : pipeAlone.failure();
        }
        supply.forgetFailure();
        Errno errno = failure == null ? Errno.EIO : Errno.ofOpen(failure);
        if (errno == Errno.EIO && !told) {
            // Once: programs may try again and again.
            told = true;
            String why = failure == null ? "nobody knows why" : failure.getMessage();
            log.warn("{}: a read has failed: {}", pipe.id(), why);
            log.debug("EIO", failure);
        }
        return errno;
    }

    /** Returns how many messages have ended with that. */
    private long fill(ByteBuffer target) {
        rules.delivered();
        Cursor cursor = supply.cursor();
        int asked = target.remaining();
        long finished = cursor.finished();
        do {
            cursor.copyTo(target);
        } while (target.hasRemaining() && supply.hasBytes());
        boolean emptied = cursor.available() == 0 && cursor.sequence() >= pipe.knownStable() && !cursor.isAtLimit();
        if (!target.hasRemaining() && asked > MAY_BE_A_PIECE && emptied && !rules.isSeeking()) {
            target.position(target.position() - 1);
            cursor.unread(1);
        }
        return cursor.finished() - finished;
    }

    private void forgetFindings() {
        writersAndPipe.forget();
        pipeAlone.forget();
    }
}
