package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.dnpipes.fs.FsOptions.End;
import org.dnpipes.pipe.LocalPresence;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.WriterPresence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a writer is told when its lines cannot be stored, or a signal comes. */
@Timeout(60)
class WriterFailureTest {
    private final PipeFailure timedOut = new PipeFailure(Reason.TIMED_OUT, "no answer");

    private FakeFs fs = new FakeFs();
    private PipeId pipe;

    @BeforeEach
    void makePipe() {
        pipe = fs.pipe("p");
    }

    @AfterEach
    void close() {
        fs.close();
    }

    private List<String> lines() {
        return fs.cluster.lines(pipe);
    }

    /** A writer whose next writes do not wait for their acknowledgement. */
    private long burst() {
        long fh = fs.writer("/p");
        for (int i = 0; i < 64; i++) {
            fs.write(fh, "\n").count();
        }
        fs.cluster.retainFrom(pipe, 64);
        return fh;
    }

    /** Readers on all mounts would wait for it until this one ends. */
    @Test
    void openThatEndsByAnErrorLeavesNoWriterBehind() {
        fs.close();
        AtomicBoolean failing = new AtomicBoolean(true);
        LocalPresence presence = new LocalPresence();
        fs = new FakeFs(
                FakeFs.OPTIONS,
                new WriterPresence() {
                    @Override
                    public CompletableFuture<Counted> opened(PipeId of, Runnable whenLapsed) {
                        return presence.opened(of, whenLapsed);
                    }

                    @Override
                    public Watch watch(PipeId of, Runnable changed) {
                        if (failing.get()) {
                            throw new OutOfMemoryError("no thread can be made");
                        }
                        return presence.watch(of, changed);
                    }

                    @Override
                    public void close() {
                        presence.close();
                    }
                },
                Function.identity());
        pipe = fs.pipe("p", "a");
        assertThrows(OutOfMemoryError.class, () -> fs.open("/p", FakeFs.O_RDWR));
        failing.set(false);
        OpenReader reader = fs.reader("/p");
        assertEquals("a\n", reader.read());
        assertEquals("", reader.read());
    }

    @Test
    void failureIsToldByTheWriteAndByAllThatFollows() {
        fs.cluster.holdAcknowledgements();
        long fh = fs.writer("/p");
        Reply write = fs.write(fh, "a\n");
        fs.cluster.failNext(1, timedOut);
        assertEquals(Errno.ETIMEDOUT, write.errno());
        fs.cluster.releaseAcknowledgements();
        assertEquals(Errno.ETIMEDOUT, fs.write(fh, "b\n").errno());
        assertEquals(Errno.ETIMEDOUT, fs.write(fh, "part").errno());
        assertEquals(Errno.ETIMEDOUT, fs.fsync(fh).errno());
        assertEquals(Errno.ETIMEDOUT, fs.flush(fh).errno());
        fs.fs.release(fh);
        fs.settle(pipe);
        assertEquals(List.of(), lines());
    }

    @Test
    void failureOfOneOpenFileIsNotThatOfAnother() {
        fs.cluster.holdAcknowledgements();
        Reply failed = fs.write(fs.writer("/p"), "a\n");
        fs.cluster.failNext(1, timedOut);
        failed.errno();
        fs.cluster.releaseAcknowledgements();
        assertEquals(2, fs.write(fs.writer("/p"), "b\n").count());
    }

    @Test
    void failureWithinABurstIsToldByTheNextCall() {
        long fh = burst();
        fs.cluster.holdAcknowledgements();
        assertEquals(2, fs.write(fh, "a\n").count());
        assertEquals(2, fs.write(fh, "b\n").count());
        fs.cluster.failNext(1, timedOut);
        fs.settle(pipe);
        assertEquals(Errno.ETIMEDOUT, fs.write(fh, "c\n").errno());
        assertEquals(Errno.ETIMEDOUT, fs.flush(fh).errno());
    }

    @Test
    void firstOfSeveralFailuresIsTheOneThatIsTold() {
        long fh = burst();
        fs.cluster.holdAcknowledgements();
        fs.write(fh, "a\n").count();
        fs.write(fh, "b\n").count();
        fs.cluster.failNext(1, new PipeFailure(Reason.QUOTA, "too much"));
        fs.cluster.failNext(1, timedOut);
        assertEquals(Errno.EDQUOT, fs.fsync(fh).errno());
        assertEquals(Errno.EDQUOT, fs.write(fh, "c\n").errno());
    }

    @Test
    void noLaterLineIsSentAfterAFailure() {
        long fh = burst();
        fs.cluster.holdAcknowledgements();
        fs.cluster.window(pipe, 1);
        fs.write(fh, "fails\n").count();
        Reply queued = fs.write(fh, "queued behind it\n");
        fs.cluster.awaitQueued(pipe, 1);
        fs.cluster.failNext(1, timedOut);
        assertEquals(Errno.ETIMEDOUT, queued.errno());
        fs.cluster.releaseAcknowledgements();
        fs.settle(pipe);
        assertEquals(List.of(), lines());
    }

    @Test
    void partThatWasBegunBeforeAFailureIsNotSentAfterIt() {
        long fh = burst();
        fs.cluster.holdAcknowledgements();
        fs.write(fh, "fails\n").count();
        fs.write(fh, "part").count();
        fs.cluster.failNext(1, timedOut);
        fs.cluster.releaseAcknowledgements();
        fs.fs.close();
        fs.settle(pipe);
        assertEquals(List.of(), lines());
    }

    @Test
    void writerThatFailedStopsCountingWhenItIsReleased() {
        var watch = fs.presence.watch(pipe, () -> {});
        long fh = fs.writer("/p");
        fs.cluster.holdAcknowledgements();
        Reply write = fs.write(fh, "a\n");
        fs.cluster.failNext(1, timedOut);
        write.errno();
        fs.close(fh);
        assertFalse(watch.look().join().present());
        assertEquals(0, watch.look().join().end());
    }

    @Test
    void tooLongLineIsRefusedAndItsRestDroppedAndLaterLinesAreTaken() {
        fs.cluster.longestLine("p", 5);
        long fh = fs.writer("/p");
        assertEquals(Errno.EMSGSIZE, fs.write(fh, "123456").errno());
        assertEquals(Errno.EMSGSIZE, fs.write(fh, "the rest\n").errno());
        assertEquals(4, fs.write(fh, "abc\n").count());
        assertEquals(List.of("abc"), lines());
    }

    @Test
    void goodLinesBeforeATooLongOneAreAShortCountThenTheError() {
        fs.cluster.longestLine("p", 5);
        long fh = fs.writer("/p");
        assertEquals(4, fs.write(fh, "a\nb\n1234567\nc\n").count());
        assertEquals(Errno.EMSGSIZE, fs.write(fh, "1234567\nc\n").errno());
        assertEquals(List.of("a", "b"), lines());
    }

    @Test
    void lineThatBecomesTooLongInSeveralWritesIsNotPushedInPart() {
        fs.cluster.longestLine("p", 5);
        long fh = fs.writer("/p");
        assertEquals(3, fs.write(fh, "123").count());
        assertEquals(Errno.EMSGSIZE, fs.write(fh, "456").errno());
        assertEquals(Errno.EMSGSIZE, fs.write(fh, "7\n").errno());
        fs.close(fh);
        fs.settle(pipe);
        assertEquals(List.of(), lines());
    }

    /** The kernel cuts a write(2), and tells of the first piece alone if the second one fails. */
    @Test
    void restOfATooLongLineThatTheProcessWritesAgainIsNoLine() {
        int piece = 128 * 1024;
        fs.cluster.longestLine("p", piece + 1);
        for (int start : new int[] {0, 4096}) {
            long fh = fs.writer("/p");
            assertEquals(piece, fs.writePiece(fh, start, "x".repeat(piece)).count());
            String rest = "yz\nabc\n";
            assertEquals(Errno.EMSGSIZE, fs.writePiece(fh, start + piece, rest).errno());
            assertEquals(Errno.EMSGSIZE, fs.writePiece(fh, start, rest).errno());
            assertEquals(4, fs.writePiece(fh, start, "abc\n").count());
        }
        assertEquals(List.of("abc", "abc"), lines());
    }

    @Test
    void closeTellsOfALineThatWasTooLong() {
        fs.cluster.longestLine("p", 5);
        long fh = fs.writer("/p");
        fs.write(fh, "123456\n").errno();
        assertEquals(Errno.EMSGSIZE, fs.flush(fh).errno());
    }

    @Test
    void longestLineIsTaken() {
        fs.cluster.longestLine("p", 5);
        assertEquals(6, fs.write(fs.writer("/p"), "12345\n").count());
    }

    @Test
    void signalBeforeALineIsHandedOverIsEintrAndTheSameWriteCanBeRepeated() {
        long fh = fs.writer("/p");
        fs.cluster.holdAcknowledgements();
        fs.cluster.window(pipe, 1);
        Reply other = fs.write(fs.writer("/p"), "other\n");
        fs.cluster.awaitUnacknowledged(pipe, 1);
        fs.write(fh, "ha").count();
        Reply write = fs.write(fh, "lf\nand half");
        fs.cluster.awaitQueued(pipe, 1);
        write.interrupt();
        assertEquals(Errno.EINTR, write.errno());
        fs.cluster.releaseAcknowledgements();
        other.count();
        assertEquals(11, fs.write(fh, "lf\nand half").count());
        fs.close(fh);
        fs.settle(pipe);
        assertEquals(List.of("other", "half", "and half"), lines());
    }

    @Test
    void signalAfterALineIsHandedOverReturnsTheCount() {
        fs.cluster.holdAcknowledgements();
        long fh = fs.writer("/p");
        Reply write = fs.write(fh, "a\n");
        fs.cluster.awaitUnacknowledged(pipe, 1);
        write.interrupt();
        assertEquals(2, write.count());
        fs.cluster.releaseAcknowledgements();
        assertEquals(0, fs.flush(fh).count());
        assertEquals(List.of("a"), lines());
    }

    @Test
    void failureAfterASignalReturnedTheCountIsToldByTheClose() {
        fs.cluster.holdAcknowledgements();
        long fh = fs.writer("/p");
        Reply write = fs.write(fh, "a\n");
        fs.cluster.awaitUnacknowledged(pipe, 1);
        write.interrupt();
        fs.cluster.failNext(1, timedOut);
        assertEquals(Errno.ETIMEDOUT, fs.flush(fh).errno());
    }

    @Test
    void signalEndsAWaitingFsyncAndTheNextOneStillWaits() {
        long fh = burst();
        fs.cluster.holdAcknowledgements();
        fs.write(fh, "a\n").count();
        Reply sync = fs.fsync(fh);
        fs.assertWaits(pipe, sync);
        sync.interrupt();
        assertEquals(Errno.EINTR, sync.errno());
        Reply again = fs.fsync(fh);
        fs.assertWaits(pipe, again);
        fs.cluster.releaseAcknowledgements();
        assertEquals(0, again.count());
    }

    @Test
    void signalLosesNoLineAndDoublesNoneWhateverItRacesWith() throws Exception {
        long fh = fs.writer("/p");
        fs.cluster.window(pipe, 1);
        StringBuilder told = new StringBuilder();
        for (int round = 0; round < 500; round++) {
            Reply write = fs.write(fh, round + "\n");
            Thread signal = new Thread(write::interrupt);
            signal.start();
            signal.join();
            fs.settle(pipe);
            told.append(write.isInterrupted() ? "" : round + "\n");
            assertTrue(write.isAnswered());
        }
        assertEquals(0, fs.flush(fh).count());
        assertEquals(told.toString(), String.join("\n", lines()) + "\n");
    }

    @Test
    void nonBlockingWriteIsToldToTryAgainOnlyForWantOfRoom() {
        fs.cluster.holdAcknowledgements();
        fs.cluster.window(pipe, 1);
        long fh = fs.open("/p", FakeFs.O_WRONLY | FakeFs.O_NONBLOCK);
        int flags = FakeFs.O_WRONLY | FakeFs.O_NONBLOCK;
        assertEquals(2, fs.write(fh, "a\n", flags, FakeFs.TID).count());
        fs.cluster.awaitUnacknowledged(pipe, 1);
        assertEquals(Errno.EAGAIN, fs.write(fh, "b\n", flags, FakeFs.TID).errno());
        fs.cluster.releaseNext(1);
        assertEquals(2, fs.write(fh, "b\n", flags, FakeFs.TID).count());
        fs.cluster.releaseAcknowledgements();
        assertEquals(0, fs.flush(fh).count());
        assertEquals(List.of("a", "b"), lines());
    }

    @Test
    void closeOfAKilledProcessDoesNotWait() {
        fs.cluster.holdAcknowledgements();
        long fh = fs.writer("/p");
        fs.write(fh, "a\n");
        fs.cluster.awaitUnacknowledged(pipe, 1);
        fs.processes.kill(FakeFs.TID);
        assertEquals(0, fs.flush(fh).count());
        fs.fs.release(fh);
        fs.cluster.releaseAcknowledgements();
        fs.settle(pipe);
        assertEquals(List.of("a"), lines());
    }

    @Test
    void writerOfADeletedTopicIsStale() {
        long fh = fs.writer("/p");
        fs.cluster.deleteTopic("p");
        assertEquals(Errno.ESTALE, fs.write(fh, "a\n").errno());
        assertEquals(Errno.ESTALE, fs.flush(fh).errno());
    }

    @Test
    void openForWritingFailsWithoutTheRightsForPresence() {
        fs.close();
        PipeFailure denied = new PipeFailure(Reason.UNAUTHORIZED, "not you");
        SlowPresence refusing = new SlowPresence();
        refusing.opened.completeExceptionally(denied);
        fs = new FakeFs(FakeFs.OPTIONS, refusing, e -> e);
        fs.pipe("p");
        FakeFs.assertErrno(Errno.EACCES, () -> fs.writer("/p"));
    }

    @Test
    void writerThatIsEndedBeforeItCountsStopsCountingLater() {
        SlowPresence slow = mountWithSlowPresence();
        fs.pipe("p");
        int flags = FakeFs.O_WRONLY | FakeFs.O_NONBLOCK;
        long fh = fs.open("/p", flags);
        Reply write = fs.write(fh, "a\n");
        fs.fs.close();
        assertEquals(Errno.ENOTCONN, write.errno());
        fs.fs.release(fh);
        slow.confirmed.complete(null);
        slow.opened.complete(slow);
        assertEquals(List.of(0L), slow.closed);
    }

    @Test
    void writerOfAnOpenThatHasFailedStopsCountingWhenItBeginsTo() {
        fs.close();
        SlowPresence slow = new SlowPresence();
        fs = new FakeFs(
                new FsOptions(End.WRITERS, false, true, false, false, 0, 0, 0, Duration.ofSeconds(1)), slow, e -> e);
        fs.pipe("p");
        FakeFs.assertErrno(Errno.ETIMEDOUT, () -> fs.writer("/p"));
        slow.opened.complete(slow);
        assertEquals(List.of(0L), slow.closed);
    }

    /** The line that was begun has become a message: what would have been the rest of it must not become another. */
    @Test
    void nothingIsTakenWhileTheFileSystemIsClosing() throws Exception {
        FsOptions options = new FsOptions(End.WRITERS, false, true, false, false, 0, 0, 0, Duration.ofSeconds(1));
        try (FakeFs closing = new FakeFs(options)) {
            PipeId held = closing.pipe("held");
            closing.cluster.holdAcknowledgements();
            long fh = closing.writer("/held");
            closing.write(fh, "part").count();
            Thread ending = new Thread(closing.fs::close);
            ending.start();
            closing.cluster.awaitUnacknowledged(held, 1);
            assertEquals(Errno.ENOTCONN, closing.write(fh, " of it\nmore\n").errno());
            Reply close = closing.flush(fh);
            closing.cluster.releaseAcknowledgements();
            ending.join();
            assertEquals(Errno.ENOTCONN, close.errno());
            assertEquals(List.of("part"), closing.cluster.lines(held));
        }
    }

    /** What was begun before it would be left without an end. */
    @Test
    void nothingIsTakenBackWhileTheFileSystemIsClosing() throws Exception {
        SlowPresence slow = mountWithSlowPresence();
        PipeId pipe = fs.pipe("p");
        slow.opened.complete(slow);
        long fh = fs.writer("/p");
        fs.write(fh, "begun, ").count();
        Reply waiting = fs.write(fh, "ended\n");
        Thread ending = new Thread(fs.fs::close);
        ending.start();
        while (!fs.write(fh, "").hasFailed()) {
            Thread.onSpinWait();
        }
        waiting.interrupt();
        assertEquals(6, waiting.count());
        slow.confirmed.complete(null);
        ending.join();
        assertEquals(List.of("begun, ended"), fs.cluster.lines(pipe));
    }

    @Test
    void linesArePushedInTheirOrderWhenTheWriterIsConfirmed() {
        SlowPresence slow = mountWithSlowPresence();
        PipeId pipe = fs.pipe("p");
        slow.opened.complete(slow);
        long fh = fs.writer("/p");
        Reply first = fs.write(fh, "a\n");
        Reply second = fs.write(fh, "b\nc");
        fs.flush(fh);
        assertFalse(first.isAnswered());
        slow.confirmed.complete(null);
        first.count();
        second.count();
        fs.close(fh);
        assertEquals(List.of("a", "b", "c"), fs.cluster.lines(pipe));
    }

    @Test
    void writerThatDoesNotCountAnyMoreSendsNothingMore() {
        SlowPresence slow = mountWithSlowPresence();
        PipeId pipe = fs.pipe("p");
        slow.opened.complete(slow);
        long fh = fs.writer("/p");
        slow.confirmed.completeExceptionally(new PipeFailure(Reason.LAPSED, "counted out"));
        assertEquals(Errno.EIO, fs.write(fh, "a\n").errno());
        assertEquals(Errno.EIO, fs.write(fh, "b\n").errno());
        assertEquals(Errno.EIO, fs.fsync(fh).errno());
        assertEquals(List.of(), fs.cluster.lines(pipe));
    }

    @Test
    void nonBlockingWriteIsTakenBackIfTheWriterIsNotCountedSoon() {
        SlowPresence slow = mountWithSlowPresence();
        PipeId pipe = fs.pipe("p");
        int flags = FakeFs.O_WRONLY | FakeFs.O_NONBLOCK;
        long fh = fs.open("/p", flags);
        assertEquals(Errno.EAGAIN, fs.write(fh, "a\n", flags, FakeFs.TID).errno());
        slow.opened.complete(slow);
        slow.confirmed.complete(null);
        Reply second = fs.write(fh, "b\n", flags, FakeFs.TID);
        while (second.isEagain()) {
            // There may be no room for a moment: whoever does not wait tries again.
            second = fs.write(fh, "b\n", flags, FakeFs.TID);
        }
        assertEquals(2, second.count());
        assertEquals(0, fs.flush(fh).count());
        assertEquals(List.of("b"), fs.cluster.lines(pipe));
    }

    @Test
    void nonBlockingWriteCanBeRepeatedThoughOthersCouldNotBeTold() {
        SlowPresence slow = mountWithSlowPresence();
        PipeId pipe = fs.pipe("p");
        int flags = FakeFs.O_WRONLY | FakeFs.O_NONBLOCK;
        long fh = fs.open("/p", flags);
        Reply write = fs.write(fh, "a\n", flags, FakeFs.TID);
        slow.opened.completeExceptionally(timedOut);
        assertEquals(Errno.EAGAIN, write.errno());
        slow.opened = CompletableFuture.completedFuture(slow);
        slow.confirmed.completeExceptionally(timedOut);
        assertEquals(Errno.EAGAIN, fs.write(fh, "a\n", flags, FakeFs.TID).errno());
        slow.confirmed = CompletableFuture.completedFuture(null);
        assertEquals(2, fs.write(fh, "a\n", flags, FakeFs.TID).count());
        assertEquals(0, fs.flush(fh).count());
        assertEquals(List.of("a"), fs.cluster.lines(pipe));
    }

    /** A broker may have stored it long after readers have counted its writer out. */
    @Test
    void writeWhoseWriterLapsedBeforeItWasStoredFails() {
        SlowPresence slow = mountWithSlowPresence();
        PipeId pipe = fs.pipe("p");
        slow.opened.complete(slow);
        long fh = fs.writer("/p");
        slow.confirmed.complete(null);
        fs.cluster.holdAcknowledgements();
        Reply write = fs.write(fh, "a\n");
        assertFalse(write.isAnswered());
        slow.confirmed = CompletableFuture.failedFuture(new PipeFailure(Reason.LAPSED, "counted out"));
        fs.cluster.releaseAcknowledgements();
        assertEquals(Errno.EIO, write.errno());
        assertEquals(Errno.EIO, fs.fsync(fh).errno());
        assertEquals(List.of("a"), fs.cluster.lines(pipe));
    }

    @Test
    void lapseTakesBackWhatHasNotBeenSent() {
        SlowPresence slow = mountWithSlowPresence();
        PipeId pipe = fs.pipe("p");
        slow.opened.complete(slow);
        long fh = fs.writer("/p");
        Reply write = fs.write(fh, "a\n");
        slow.lapsed.run();
        assertEquals(Errno.EIO, write.errno());
        slow.confirmed.complete(null);
        assertEquals(Errno.EIO, fs.write(fh, "b\n").errno());
        assertEquals(List.of(), fs.cluster.lines(pipe));
    }

    /** As when two processes share a file: one closes it, and the other one's next line fails. */
    @Test
    void closeTellsOfALineThatIsTakenBackSinceALaterOneFailed() {
        SlowPresence slow = mountWithSlowPresence();
        PipeId pipe = fs.pipe("p");
        slow.opened.complete(slow);
        slow.confirmed.complete(null);
        fs.cluster.holdAcknowledgements();
        fs.cluster.window(pipe, 1);
        fs.write(fs.writer("/p"), "other\n");
        fs.cluster.awaitUnacknowledged(pipe, 1);
        long fh = fs.writer("/p");
        fs.write(fh, "a\n");
        fs.cluster.awaitQueued(pipe, 1);
        Reply close = fs.flush(fh, FakeFs.TID + 1);
        fs.assertWaits(pipe, close);
        slow.confirmed = CompletableFuture.failedFuture(timedOut);
        assertEquals(Errno.ETIMEDOUT, fs.write(fh, "b\n").errno());
        assertEquals(Errno.ETIMEDOUT, close.errno());
        fs.cluster.releaseAcknowledgements();
        fs.settle(pipe);
        assertEquals(List.of("other"), fs.cluster.lines(pipe));
    }

    /** Another file system, whose writers count when the test says so. */
    private SlowPresence mountWithSlowPresence() {
        fs.close();
        SlowPresence slow = new SlowPresence();
        fs = new FakeFs(FakeFs.OPTIONS, slow, e -> e);
        return slow;
    }

    /** Lets a writer count, and be confirmed, when a test says so. */
    private static final class SlowPresence implements WriterPresence, WriterPresence.Counted {
        volatile CompletableFuture<Counted> opened = new CompletableFuture<>();
        volatile CompletableFuture<Void> confirmed = new CompletableFuture<>();
        final List<Long> closed = new CopyOnWriteArrayList<>();
        volatile Runnable lapsed = () -> {};

        @Override
        public CompletableFuture<Counted> opened(PipeId pipe, Runnable whenLapsed) {
            lapsed = whenLapsed;
            return opened;
        }

        @Override
        public CompletableFuture<Void> confirm() {
            return confirmed;
        }

        @Override
        public CompletableFuture<Void> closed(long end) {
            closed.add(end);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public Watch watch(PipeId pipe, Runnable changed) {
            return new LocalPresence().watch(pipe, changed);
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    @Test
    void whoeverPolledAndGotEagainIsToldOfRoomEachTimeWithoutPollingAgain() {
        fs.cluster.holdAcknowledgements();
        fs.cluster.window(pipe, 1);
        int flags = FakeFs.O_WRONLY | FakeFs.O_NONBLOCK;
        long fh = fs.open("/p", flags);
        AtomicInteger told = new AtomicInteger();
        Reply poll = new Reply(0);
        fs.fs.openFiles().poll(fh, told::incrementAndGet, poll);
        assertEquals(PollEvents.WRITABLE, poll.count());
        for (int round = 1; round <= 3; round++) {
            assertEquals(2, fs.write(fh, "a\n", flags, FakeFs.TID).count());
            assertEquals(Errno.EAGAIN, fs.write(fh, "b\n", flags, FakeFs.TID).errno());
            assertEquals(Errno.EAGAIN, fs.write(fh, "b\n", flags, FakeFs.TID).errno());
            fs.settle(pipe);
            assertEquals(round - 1, told.get());
            fs.cluster.releaseNext(1);
            fs.settle(pipe);
            assertEquals(round, told.get());
        }
    }
}
