package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How reads are answered, wherever in the pipe. */
@Timeout(60)
class ReaderTest {
    private static final int PIECE = 128 * 1024;

    private final FakeFs fs = new FakeFs();

    @AfterEach
    void close() {
        fs.close();
    }

    @Test
    void readGivesWhatIsThereUpToTheSizeAskedFor() {
        fs.pipe("p", "abc", "def");
        OpenReader reader = fs.reader("/p");
        assertEquals("ab", reader.read(2));
        assertEquals("c\nd", reader.read(3));
        assertEquals("ef\n", reader.read(100));
    }

    @Test
    void everyMessageIsShownInOrderWithALineFeedWhateverItHolds() {
        PipeId pipe = fs.pipe("p", "", "two\nlines", "\0\u007f");
        fs.cluster.append(pipe, null, Instant.EPOCH);
        assertEquals("\ntwo\nlines\n\0\u007f\n\n", fs.reader("/p").readAll());
    }

    @Test
    void gapsInSequenceNumbersAreSteppedOver() {
        PipeId pipe = fs.pipe("p", "a");
        fs.cluster.skip(pipe, 1000);
        fs.cluster.append(pipe, "b");
        fs.cluster.skip(pipe, 5);
        assertEquals("a\nb\n", fs.reader("/p").readAll());
    }

    @Test
    void everyOpenFileHasItsOwnPosition() {
        fs.pipe("p", "a", "b");
        OpenReader first = fs.reader("/p");
        OpenReader second = fs.reader("/p");
        assertEquals("a\n", first.read(2));
        assertEquals("a\nb\n", second.read());
        assertEquals("b\n", first.read());
    }

    @Test
    void seekingBackGivesTheSameBytesAgain() {
        // bash reads a block, keeps the first line, and seeks back to behind it.
        fs.pipe("p", "one", "two", "three");
        OpenReader reader = fs.reader("/p");
        List<String> lines = new ArrayList<>();
        String block = reader.read(4096);
        while (!block.isEmpty()) {
            long line = reader.position() - block.length() + block.indexOf('\n') + 1;
            lines.add(block.substring(0, block.indexOf('\n')));
            reader.seek(line);
            block = reader.read(4096);
        }
        assertEquals(List.of("one", "two", "three"), lines);
    }

    @Test
    void seekingBackAcrossChunksGivesTheSameBytesAgain() {
        fs.cluster.largestChunk(1, 100);
        fs.pipe("p", "one", "two", "three");
        OpenReader reader = fs.reader("/p");
        String all = reader.readAll();
        for (int position = all.length(); position >= 0; position--) {
            reader.seek(position);
            assertEquals(all.substring(position), reader.readAll(), "from " + position);
        }
    }

    @Test
    void seekingBackWorksInAViewThatStartedLater() {
        PipeId pipe = fs.pipe("p", "old");
        OpenReader reader = fs.reader("/p@new,follow");
        fs.cluster.append(pipe, "one", "two");
        assertEquals("one\ntwo\n", reader.read(8, 100));
        reader.seek(4);
        assertEquals("two\n", reader.read());
        reader.seek(0);
        assertEquals("one\ntwo\n", reader.read(8, 100));
    }

    @Test
    void seekingBehindTheEndFindsNothing() {
        PipeId pipe = fs.pipe("p", "a");
        OpenReader reader = fs.tail("/p");
        reader.seek(1000);
        assertEquals("", reader.read());
        fs.cluster.append(pipe, "b");
        assertEquals("", reader.read());
        reader.seek(2);
        assertEquals("b\n", reader.read());
    }

    @Test
    void streamIgnoresThePositionOfTheKernel() {
        fs.pipe("p", "a", "b");
        OpenReader stream = new OpenReader(fs, fs.open("/p", FakeFs.O_RDWR));
        assertEquals("a\n", stream.start(2, false).text());
        assertEquals("b\n", stream.start(2, false).text());
    }

    @Test
    void fullPieceThatEmptiesThePipeIsOneByteShort() {
        fs.pipe("p", "x".repeat(PIECE - 1));
        OpenReader reader = fs.reader("/p");
        String first = reader.read(PIECE);
        assertEquals(PIECE - 1, first.length());
        assertEquals("\n", reader.read(PIECE));
    }

    @Test
    void fullPieceWithMoreBehindItIsFull() {
        fs.pipe("p", "x".repeat(PIECE - 1), "more");
        OpenReader reader = fs.reader("/p");
        assertEquals(PIECE, reader.read(PIECE).length());
        assertEquals("more\n", reader.read(PIECE));
    }

    @Test
    void smallReadThatEmptiesThePipeIsFull() {
        fs.pipe("p", "x".repeat(4095));
        assertEquals(4096, fs.reader("/p").read(4096).length());
    }

    @Test
    void signalEndsAWaitingReadAndTheNextOneGoesOn() {
        PipeId pipe = fs.pipe("p");
        OpenReader reader = fs.reader("/p");
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        waiting.interrupt();
        assertEquals(Errno.EINTR, waiting.errno());
        fs.cluster.append(pipe, "a");
        assertEquals("a\n", reader.read());
    }

    /** tail takes a short read for the last that there is. */
    @Test
    void readerOfARegularFileGetsAllItAsksForHoweverItWasStored() {
        fs.cluster.largestChunk(1, 1000);
        PipeId pipe = fs.pipe("p", "a", "b", "c", "d");
        OpenReader tail = fs.tail("/p");
        assertEquals("a\nb\nc\n", tail.read(6));
        assertEquals("d\n", tail.read(6));
        assertEquals("", tail.read(6));
        fs.cluster.append(pipe, "e");
        fs.cluster.append(pipe, "f");
        assertEquals(12, tail.size());
        assertEquals("e\nf\n", tail.read(100));
        tail.seek(3);
        assertEquals("\nc\nd", tail.read(4));
    }

    @Test
    void signalEndsAReadThatHasCollectedSomethingAndNothingIsLost() {
        fs.cluster.largestChunk(1, 1000);
        PipeId pipe = fs.pipe("p", "a", "b", "c");
        OpenReader tail = fs.tail("/p");
        assertEquals("a\n", tail.read(2));
        fs.cluster.pause(pipe);
        Reply waiting = tail.start(4, false);
        waiting.interrupt();
        assertEquals(Errno.EINTR, waiting.errno());
        fs.cluster.resume(pipe);
        assertEquals("b\nc\n", tail.read(4));
    }

    @Test
    void signalThatCameBeforeTheReadEndsItToo() {
        PipeId pipe = fs.pipe("p");
        Reply reply = new Reply(10);
        reply.interrupt();
        fs.fs.openFiles().read(new OpenFiles.Read(fs.reader("/p").fh(), 0, 10, false), reply);
        assertEquals(Errno.EINTR, reply.errno());
        fs.settle(pipe);
        assertEquals(Errno.EINTR, reply.errno());
    }

    @Test
    void signalForOneOfTwoWaitingReadsLeavesTheOther() {
        PipeId pipe = fs.pipe("p");
        OpenReader reader = fs.reader("/p");
        Reply first = reader.start();
        Reply second = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        first.interrupt();
        assertEquals(Errno.EINTR, first.errno());
        fs.cluster.append(pipe, "a");
        assertEquals("a\n", second.text());
    }

    @Test
    void signalLosesNoBytesWhateverItRacesWith() throws Exception {
        PipeId pipe = fs.pipe("p");
        OpenReader reader = fs.reader("/p@follow");
        StringBuilder sent = new StringBuilder();
        StringBuilder got = new StringBuilder();
        for (int round = 0; round < 500; round++) {
            Reply reply = reader.start();
            Thread signal = new Thread(reply::interrupt);
            signal.start();
            fs.cluster.append(pipe, "line " + round);
            sent.append("line ").append(round).append('\n');
            signal.join();
            fs.settle(pipe);
            assertTrue(reply.isAnswered());
            if (!reply.isInterrupted()) {
                got.append(reader.moved(reply.text()));
            }
        }
        got.append(reader.position() < sent.length() ? reader.read(sent.length() - reader.position(), 4096) : "");
        assertEquals(sent.toString(), got.toString());
    }

    @Test
    void releaseLeavesNothingWaitingInTheCluster() {
        PipeId pipe = fs.pipe("p", "a");
        OpenReader idle = fs.reader("/p");
        idle.read();
        OpenReader busy = fs.reader("/p@follow");
        busy.read();
        Reply waiting = busy.start();
        // One for the read that waits, one ahead of the next read of the other.
        fs.cluster.awaitWaitingReads(pipe, 2);
        busy.release();
        idle.release();
        assertEquals(Errno.ESTALE, waiting.errno());
        fs.cluster.awaitWaitingReads(pipe, 0);
    }

    @Test
    void releaseWhileTheClusterDoesNotAnswerLeavesNothingBehind() {
        PipeId pipe = fs.pipe("p");
        OpenReader reader = fs.reader("/p");
        fs.cluster.pause();
        Reply waiting = reader.start();
        fs.cluster.awaitUnanswered(1);
        reader.release();
        assertEquals(Errno.ESTALE, waiting.errno());
        fs.cluster.resume();
        fs.settle(pipe);
        assertEquals(0, fs.cluster.waitingReads(pipe));
    }

    @Test
    void closingTheFileSystemReleasesWaitingReaders() {
        PipeId pipe = fs.pipe("p");
        Reply waiting = fs.reader("/p").start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.fs.close();
        assertEquals(Errno.ENOTCONN, waiting.errno());
    }

    @Test
    void failureOfTheClusterIsToldAndTheNextReadTriesAgain() {
        PipeId pipe = fs.pipe("p", "a");
        fs.cluster.failReads(pipe, new PipeFailure(Reason.UNAUTHORIZED, "you may not read this"));
        OpenReader reader = fs.reader("/p");
        assertEquals(Errno.EACCES, reader.start().errno());
        fs.cluster.heal();
        assertEquals("a\n", reader.read());
    }

    @Test
    void blockingReadWaitsThroughATimeoutOfTheCluster() {
        PipeId pipe = fs.pipe("p", "a");
        fs.cluster.failReads(pipe, new PipeFailure(Reason.TIMED_OUT, "no answer"));
        OpenReader reader = fs.reader("/p");
        Reply waiting = reader.start();
        fs.assertWaits(pipe, waiting);
        fs.cluster.heal();
        assertEquals("a\n", waiting.text());
    }

    @Test
    void nonBlockingReadIsToldOfATimeoutOfTheCluster() {
        PipeId pipe = fs.pipe("p", "a");
        fs.cluster.failReads(pipe, new PipeFailure(Reason.TIMED_OUT, "no answer"));
        assertEquals(Errno.ETIMEDOUT, fs.reader("/p").startNonBlocking().errno());
    }

    @Test
    void readerOfADeletedTopicIsStale() {
        fs.pipe("p", "a");
        OpenReader reader = fs.reader("/p@follow");
        reader.read();
        Reply waiting = reader.start();
        fs.cluster.deleteTopic("p");
        assertEquals(Errno.ESTALE, waiting.errno());
    }

    @Test
    void readerAndWriterOfATopicThatWasMadeAnewAreStaleWithinSeconds() {
        fs.pipe("p", "a");
        OpenReader reader = fs.reader("/p@follow");
        reader.read();
        long writer = fs.writer("/p");
        fs.cluster.recreateTopic("p");
        assertEquals(Errno.ESTALE, reader.start().errno());
        assertEquals(Errno.ESTALE, fs.write(writer, "x\n").errno());
        assertEquals("", fs.tail("/p").read());
    }

    @Test
    void readerOfATopicThatGotMorePipesIsStale() {
        PipeId pipe = fs.pipe("p", "a");
        OpenReader reader = fs.reader("/p@follow");
        reader.read();
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.cluster.growTopic("p", 3);
        assertEquals(Errno.ESTALE, waiting.errno());
    }

    @Test
    void writeOnlyFileCannotBeReadAndReadOnlyFileNotWritten() {
        fs.pipe("p", "a");
        assertEquals(Errno.EBADF, new OpenReader(fs, fs.writer("/p")).start().errno());
        assertEquals(
                Errno.EBADF, fs.write(fs.open("/p", FakeFs.O_RDONLY), "x\n").errno());
    }

    @Test
    void unknownHandleIsStale() {
        assertEquals(Errno.ESTALE, new OpenReader(fs, 12345).start().errno());
    }

    @Test
    void pollTellsWhatAReadWouldFind() {
        PipeId pipe = fs.pipe("p");
        long fh = fs.open("/p@follow", FakeFs.O_RDONLY);
        AtomicInteger told = new AtomicInteger();
        Reply poll = new Reply(0);
        fs.fs.openFiles().poll(fh, told::incrementAndGet, poll);
        assertEquals(0, poll.count());
        assertEquals(0, told.get());
        fs.cluster.append(pipe, "a");
        fs.settle(pipe);
        assertEquals(1, told.get());
        Reply again = new Reply(0);
        fs.fs.openFiles().poll(fh, told::incrementAndGet, again);
        assertEquals(PollEvents.READABLE, again.count());
        fs.settle(pipe);
        assertEquals(1, told.get());
    }

    @Test
    void pollIsReadableAtTheEnd() {
        PipeId pipe = fs.pipe("p", "a");
        OpenReader reader = fs.reader("/p");
        reader.read();
        long writer = fs.writer("/p");
        AtomicInteger told = new AtomicInteger();
        Reply poll = new Reply(0);
        fs.fs.openFiles().poll(reader.fh(), told::incrementAndGet, poll);
        assertEquals(0, poll.count());
        fs.close(writer);
        fs.settle(pipe);
        assertEquals(1, told.get());
        assertEquals("", reader.read());
    }

    private Reply poll(long fh, AtomicInteger told) {
        Reply poll = new Reply(0);
        fs.fs.openFiles().poll(fh, told::incrementAndGet, poll);
        return poll;
    }

    @Test
    void whoeverPolledAndReadsToTheEndIsToldOfEachPushWithoutPollingAgain() {
        PipeId pipe = fs.pipe("p", "a");
        fs.writer("/p");
        OpenReader reader = fs.reader("/p");
        AtomicInteger told = new AtomicInteger();
        assertEquals(PollEvents.READABLE, poll(reader.fh(), told).count());
        for (int push = 1; push <= 3; push++) {
            reader.readNonBlocking();
            assertEquals(Errno.EAGAIN, reader.startNonBlocking().errno());
            fs.settle(pipe);
            assertEquals(push - 1, told.get());
            fs.cluster.append(pipe, "b");
            fs.settle(pipe);
            assertEquals(push, told.get());
        }
    }

    @Test
    void whoeverPolledAndReadAllWithOneReadIsToldOfTheNextPush() {
        PipeId pipe = fs.pipe("p", "a");
        fs.writer("/p");
        OpenReader reader = fs.reader("/p");
        AtomicInteger told = new AtomicInteger();
        poll(reader.fh(), told).count();
        assertEquals("a\n", reader.readNonBlocking());
        fs.settle(pipe);
        assertEquals(0, told.get());
        fs.cluster.append(pipe, "b");
        fs.settle(pipe);
        assertEquals(1, told.get());
    }

    @Test
    void whoeverPolledAndHasSeenTheEndIsToldOfWhatANewWriterPushes() {
        PipeId pipe = fs.pipe("p", "a");
        OpenReader reader = fs.reader("/p");
        AtomicInteger told = new AtomicInteger();
        poll(reader.fh(), told).count();
        reader.readNonBlocking();
        assertEquals("", reader.readNonBlocking());
        fs.settle(pipe);
        int atTheEnd = told.get();
        long writer = fs.writer("/p");
        fs.settle(pipe);
        assertEquals(atTheEnd, told.get());
        fs.write(writer, "b\n").count();
        fs.settle(pipe);
        assertEquals(atTheEnd + 1, told.get());
    }

    @Test
    void signalEndsAPollThatNobodyCanAnswer() {
        PipeId pipe = fs.pipe("p");
        OpenReader reader = fs.reader("/p");
        fs.cluster.pause();
        AtomicInteger told = new AtomicInteger();
        Reply poll = poll(reader.fh(), told);
        assertFalse(poll.isAnswered());
        poll.interrupt();
        assertEquals(0, poll.count());
        fs.cluster.append(pipe, "a");
        fs.cluster.resume();
        fs.settle(pipe);
        assertEquals(1, told.get());
    }

    @Test
    void pollThatNobodyCanAnswerInTimeSaysThatThereIsNothingYet() {
        PipeId pipe = fs.pipe("p", "a");
        OpenReader reader = fs.reader("/p");
        fs.cluster.pause();
        AtomicInteger told = new AtomicInteger();
        assertEquals(0, poll(reader.fh(), told).count());
        fs.cluster.resume();
        fs.settle(pipe);
        assertEquals(1, told.get());
    }

    @Test
    void endOfTheMountIsToldToWhoeverPolls() {
        PipeId pipe = fs.pipe("p");
        long fh = fs.open("/p@follow", FakeFs.O_RDONLY);
        AtomicInteger told = new AtomicInteger();
        assertEquals(0, poll(fh, told).count());
        fs.fs.close();
        fs.settle(pipe);
        assertTrue(told.get() > 0);
    }

    @Test
    void whatASignalKeepsFromAReaderIsNotCounted() {
        fs.cluster.largestChunk(1, 1000);
        PipeId pipe = fs.pipe("counted", "line0", "line1");
        OpenReader tail = fs.tail("/counted");
        assertEquals("line0\n", tail.read(6));
        fs.cluster.pause(pipe);
        tail.seek(0);
        Reply read = tail.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        read.interrupt();
        assertEquals(Errno.EINTR, read.errno());
        fs.cluster.resume(pipe);
        assertEquals("line0\nline1\n", tail.read());
        Totals totals = fs.fs.figures().pipes().get(0).totals();
        assertEquals(6 + 12, totals.pulledBytes());
        assertEquals(1 + 2, totals.pulledMessages());
    }
}
