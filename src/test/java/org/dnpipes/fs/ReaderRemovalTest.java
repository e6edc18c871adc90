package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What readers see of messages that are removed while they read: by retention, or by a reset. */
@Timeout(60)
class ReaderRemovalTest {
    private final FakeFs fs = new FakeFs();

    @AfterEach
    void close() {
        fs.close();
    }

    private void reset(String path) {
        fs.fs.truncate(path, 0, FakeFs.caller());
    }

    /** Messages of 10 bytes with their line feed, numbered from 0. */
    private PipeId pipeOf(int messages) {
        PipeId pipe = fs.cluster.createPipe("p");
        for (int i = 0; i < messages; i++) {
            fs.cluster.append(pipe, message(i));
        }
        return pipe;
    }

    private static String message(int number) {
        return "message" + String.format("%02d", number);
    }

    private static String line(int number) {
        return message(number) + "\n";
    }

    @Test
    void plainReaderIsShiftedBehindWhatRetentionRemoved() {
        fs.cluster.largestChunk(1, 1000);
        PipeId pipe = pipeOf(10);
        OpenReader reader = fs.reader("/p");
        assertEquals(line(0), reader.read(10));
        fs.cluster.retainFrom(pipe, 7);
        assertEquals(line(7) + line(8) + line(9), reader.readAll());
    }

    @Test
    void plainReaderSeesNoLineTwiceHoweverRetentionAndItsReadsMeet() {
        fs.cluster.largestChunk(1, 1000);
        PipeId pipe = pipeOf(60);
        OpenReader reader = fs.reader("/p");
        StringBuilder got = new StringBuilder();
        for (int first = 0; first < 60; first += 3) {
            fs.cluster.retainFrom(pipe, first);
            got.append(reader.read(10));
        }
        got.append(reader.readAll());
        String previous = "";
        for (String line : got.toString().lines().toList()) {
            assertTrue(previous.compareTo(line) < 0, line + " after " + previous);
            previous = line;
        }
        assertEquals(message(59), previous);
    }

    @Test
    void seekingReaderKeepsItsPositionsAfterRetention() {
        fs.cluster.largestChunk(1, 1000);
        PipeId pipe = pipeOf(10);
        OpenReader reader = fs.tail("/p");
        assertEquals(100, reader.size());
        fs.cluster.retainFrom(pipe, 7);
        assertEquals(100, reader.size());
        reader.seek(80);
        assertEquals(line(8) + line(9), reader.readAll());
        assertEquals(100, reader.position());
    }

    @Test
    void seekingReaderGoesOnAtTheFirstRetainedMessageAndSeesNoLineTwice() {
        fs.cluster.largestChunk(1, 1000);
        PipeId pipe = pipeOf(10);
        OpenReader reader = fs.tail("/p");
        assertEquals(line(0), reader.read(10));
        fs.cluster.retainFrom(pipe, 7);
        assertEquals(line(7) + line(8) + line(9), reader.readAll());
        fs.cluster.append(pipe, message(10));
        assertEquals(line(10), reader.readAll());
    }

    @Test
    void newReaderStartsAtTheFirstRetainedMessageAtPosition0() {
        PipeId pipe = pipeOf(10);
        OpenReader old = fs.reader("/p");
        old.read(10);
        fs.cluster.retainFrom(pipe, 7);
        assertEquals(line(7) + line(8) + line(9), fs.reader("/p").readAll());
    }

    @Test
    void resetPipeReadsAsEmptyAndThenWithWhatComesLater() {
        PipeId pipe = pipeOf(3);
        reset("/p");
        assertEquals("", fs.tail("/p").read());
        fs.cluster.append(pipe, message(3));
        assertEquals(line(3), fs.reader("/p").readAll());
    }

    @Test
    void whatIsPushedWhileAResetIsUnderWaySurvives() throws Exception {
        PipeId pipe = pipeOf(3);
        for (int round = 0; round < 50; round++) {
            int number = round;
            Thread pusher = new Thread(() -> fs.cluster.append(pipe, "round " + number));
            pusher.start();
            long end = fs.cluster.extent(pipe).end();
            reset("/p");
            pusher.join();
            assertTrue(fs.cluster.extent(pipe).first() <= end + 1);
        }
        fs.cluster.append(pipe, "last");
        assertTrue(fs.tail("/p").readAll().endsWith("last\n"));
    }

    @Test
    void plainReaderGoesOnWithTheFirstMessageAfterAReset() {
        PipeId pipe = pipeOf(3);
        OpenReader reader = fs.reader("/p@follow");
        assertEquals(line(0), reader.read(10));
        reset("/p");
        fs.cluster.append(pipe, message(3));
        assertEquals(line(3), reader.read());
        fs.cluster.append(pipe, message(4));
        assertEquals(line(4), reader.read());
    }

    @Test
    void lineThatWasBegunBeforeAResetIsFinished() {
        PipeId pipe = pipeOf(3);
        OpenReader reader = fs.reader("/p@follow");
        assertEquals("mess", reader.read(4));
        reset("/p");
        fs.cluster.append(pipe, message(3));
        assertEquals("age00\n" + line(3), reader.read(16, 100));
    }

    @Test
    void waitingReaderGoesOnAfterAReset() {
        PipeId pipe = pipeOf(3);
        OpenReader reader = fs.reader("/p@follow");
        assertEquals(30, reader.read().length());
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        reset("/p");
        fs.assertWaits(pipe, waiting);
        fs.cluster.append(pipe, message(3));
        assertEquals(line(3), waiting.text());
    }

    @Test
    void seekingReaderIsShownASizeOf0OnceByFstatAndThenTheNewContent() {
        PipeId pipe = pipeOf(3);
        OpenReader reader = fs.tail("/p");
        assertEquals(30, reader.readAll().length());
        reset("/p");
        fs.cluster.append(pipe, message(3));
        fs.cluster.append(pipe, message(4));
        // fstat(2) comes by the path, from the process that opened it.
        assertEquals("", reader.read());
        assertEquals(0, fs.size("/p"));
        assertEquals(20, fs.size("/p"));
        reader.seek(0);
        assertEquals(line(3) + line(4), reader.readAll());
    }

    @Test
    void eachSeekingReaderIsShownASizeOf0() {
        PipeId pipe = pipeOf(3);
        OpenReader first = fs.tail("/p");
        OpenReader second = fs.tail("/p");
        first.readAll();
        second.readAll();
        reset("/p");
        fs.cluster.append(pipe, message(3));
        assertEquals(0, first.size());
        assertEquals(10, first.size());
        assertEquals(0, second.size());
        assertEquals(10, second.size());
    }

    @Test
    void processThatReadsNothingIsNotShownTheSizeOf0() {
        PipeId pipe = pipeOf(3);
        fs.tail("/p").readAll();
        reset("/p");
        fs.cluster.append(pipe, message(3));
        assertEquals(10, fs.fs.getattr("/p", FakeFs.caller(99)).size());
    }

    @Test
    void resetByAnotherMountIsNoticedWhenNothingIsLeftOfWhatWasKnown() {
        PipeId pipe = pipeOf(3);
        OpenReader reader = fs.tail("/p");
        reader.readAll();
        fs.cluster.retainFrom(pipe, 3);
        assertEquals(0, reader.size());
        fs.cluster.append(pipe, message(3));
        assertEquals(10, reader.size());
        reader.seek(0);
        assertEquals(line(3), reader.readAll());
    }

    /**
     * Another look of the same process may have been shown the size of 0, so that tail itself sees only a smaller one.
     */
    @Test
    void readWhereTheLastOneEndedIsBehindTheEndAfterAResetThatWasShown() {
        PipeId pipe = pipeOf(5);
        OpenReader reader = fs.tail("/p");
        assertEquals(50, reader.size());
        assertEquals(50, reader.read(1000).length());
        reset("/p");
        assertEquals(0, reader.size());
        fs.cluster.append(pipe, message(5), message(6));
        assertEquals("", reader.readNonBlocking());
        assertEquals(20, reader.size());
        reader.seek(0);
        assertEquals(line(5) + line(6), reader.read(1000));
    }

    /** Somebody else here knows already of messages that came after. */
    @Test
    void resetByAnotherMountIsShownAlsoIfWhatCameAfterItIsKnownHere() {
        PipeId pipe = pipeOf(3);
        OpenReader reader = fs.tail("/p");
        assertEquals(30, reader.readAll().length());
        OpenReader other = fs.reader("/p@follow");
        assertEquals(30, other.read().length());
        fs.cluster.append(pipe, message(3));
        assertEquals(line(3), other.read());
        fs.cluster.catalog().removeBefore(pipe, 3).join();
        assertEquals(0, reader.size());
        assertEquals(10, reader.size());
        reader.seek(0);
        assertEquals(line(3), reader.readAll());
    }

    @Test
    void retentionOfAsMuchIsNotTakenForAReset() {
        PipeId pipe = pipeOf(3);
        fs.cluster.catalog().removeBefore(pipe, 1).join();
        OpenReader reader = fs.tail("/p");
        assertEquals(20, reader.readAll().length());
        fs.cluster.append(pipe, message(3));
        fs.cluster.retainFrom(pipe, 3);
        assertEquals(30, reader.size());
        assertEquals(line(3), reader.readAll());
    }

    @Test
    void resetThatIsFollowedByRetentionIsShown() {
        PipeId pipe = pipeOf(3);
        OpenReader reader = fs.tail("/p");
        assertEquals(30, reader.readAll().length());
        fs.cluster.append(pipe, message(3));
        fs.cluster.catalog().removeBefore(pipe, 1).join();
        fs.cluster.retainFrom(pipe, 3);
        assertEquals(0, reader.size());
        assertEquals(10, reader.size());
        reader.seek(0);
        assertEquals(line(3), reader.readAll());
    }

    /** It would get them twice. */
    @Test
    void resetIsNotShownToAReaderThatHasReadWhatCameAfterIt() {
        PipeId pipe = pipeOf(4);
        OpenReader reader = fs.tail("/p");
        assertEquals(40, reader.readAll().length());
        fs.cluster.catalog().removeBefore(pipe, 3).join();
        assertEquals(40, reader.size());
        fs.cluster.append(pipe, message(4));
        assertEquals(10, fs.sizeByName("/p") - 10);
        assertEquals(50, reader.size());
        assertEquals(line(4), reader.readAll());
        reader.seek(30);
        assertEquals(line(3) + line(4), reader.readAll());
        // The next one is.
        reset("/p");
        assertEquals(0, reader.size());
    }

    /** As with {@code tail -f p p}: fstat(2) does not tell which of the two is meant. */
    @Test
    void eachOfTwoReadersOfOneProcessIsShownASizeOf0ByFstat() {
        PipeId pipe = pipeOf(3);
        fs.tail("/p").readAll();
        fs.tail("/p").readAll();
        reset("/p");
        fs.cluster.append(pipe, message(3));
        assertEquals(0, fs.size("/p"));
        assertEquals(0, fs.size("/p"));
        assertEquals(10, fs.size("/p"));
    }

    @Test
    void resetBeforeItsFirstLookIsNotShownToAReader() {
        PipeId pipe = pipeOf(3);
        assertEquals(30, fs.sizeByName("/p"));
        OpenReader reader = fs.reader("/p");
        fs.cluster.catalog().removeBefore(pipe, 3).join();
        fs.cluster.append(pipe, message(3), message(4));
        fs.fs.openFiles().soughtEnd(reader.fh());
        assertEquals(20, reader.size());
        reader.seek(10);
        assertEquals(line(4), reader.readAll());
    }

    @Test
    void lineThatWasReadInPartIsNotReadAgainAfterAReset() {
        PipeId pipe = pipeOf(4);
        OpenReader reader = fs.tail("/p");
        assertEquals(line(0) + line(1) + line(2) + "mess", reader.read(34));
        fs.cluster.catalog().removeBefore(pipe, 3).join();
        assertEquals(40, reader.size());
        assertEquals("age03\n", reader.readAll());
    }

    @Test
    void pollDoesNotReadPastAResetThatIsNotShown() {
        PipeId pipe = pipeOf(3);
        OpenReader reader = fs.tail("/p");
        assertEquals(30, reader.readAll().length());
        reset("/p");
        fs.cluster.skip(pipe, 1);
        fs.cluster.append(pipe, message(3));
        Reply poll = new Reply(0);
        fs.fs.openFiles().poll(reader.fh(), null, poll);
        assertEquals(PollEvents.READABLE, poll.count() & PollEvents.READABLE);
        assertEquals(0, reader.size());
        assertEquals(10, reader.size());
    }

    /** Chunks that others have read may be there for longer than the messages. */
    @Test
    void sizeOfAPlainReaderIsWhatItWillHaveReadThoughOthersHaveReadAhead() {
        fs.cluster.largestChunk(1, 1000);
        PipeId pipe = pipeOf(10);
        OpenReader reader = fs.reader("/p");
        assertEquals(line(0), reader.read(10));
        assertEquals(100, fs.reader("/p").readAll().length());
        fs.cluster.retainFrom(pipe, 7);
        assertEquals(40, reader.size());
        assertEquals(line(7) + line(8) + line(9), reader.readAll());
        assertEquals(40, reader.position());
    }

    @Test
    void sizeOfAPlainReaderAcrossAResetThatLeavesSomeOfWhatItHasInHand() {
        PipeId pipe = pipeOf(10);
        OpenReader reader = fs.reader("/p");
        assertEquals(line(0), reader.read(10));
        fs.cluster.catalog().removeBefore(pipe, 3).join();
        assertEquals(80, reader.size());
        assertEquals(70, reader.readAll().length());
    }

    @Test
    void resetDuringASnapshotEndsIt() {
        PipeId pipe = pipeOf(3);
        OpenReader reader = fs.reader("/p@snapshot");
        assertEquals(line(0), reader.read(10));
        reset("/p");
        fs.cluster.append(pipe, message(3));
        assertEquals("", reader.readAll());
    }

    @Test
    void retentionDuringASnapshotLeavesTheRestOfIt() {
        fs.cluster.largestChunk(1, 1000);
        PipeId pipe = pipeOf(5);
        OpenReader reader = fs.reader("/p@snapshot");
        assertEquals(line(0), reader.read(10));
        fs.cluster.append(pipe, message(5));
        fs.cluster.retainFrom(pipe, 4);
        assertEquals(line(4), reader.readAll());
        fs.cluster.retainFrom(pipe, 6);
        assertEquals("", reader.read());
    }

    @Test
    void writersAreNotDisturbedByAReset() {
        pipeOf(3);
        long writer = fs.writer("/p");
        assertEquals(2, fs.write(writer, "be").count());
        reset("/p");
        assertEquals(4, fs.write(writer, "gin\n").count());
        assertEquals("begin\n", fs.tail("/p").readAll());
    }
}
