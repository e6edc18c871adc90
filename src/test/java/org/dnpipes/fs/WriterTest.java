package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of written bytes, and when a write, a close and an fsync return. */
@Timeout(60)
class WriterTest {
    private static final int OPENER = 10;
    private static final int CHILD = 20;

    private final FakeFs fs = new FakeFs();
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

    private long openedBy(int tid) {
        return fs.fs.open("/p", new OpenFlags(FakeFs.O_WRONLY), FakeFs.caller(tid))
                .fh();
    }

    @Test
    void aLineIsAMessageWithoutItsLineFeed() {
        assertEquals(6, fs.write(fs.writer("/p"), "a\n\nbc\n").count());
        assertEquals(List.of("a", "", "bc"), lines());
    }

    @Test
    void lineIsJoinedAcrossWritesOfDifferentProcesses() {
        long fh = openedBy(OPENER);
        fs.processes.holds(OPENER);
        assertEquals(1, fs.write(fh, "a", FakeFs.O_WRONLY, CHILD).count());
        assertEquals(0, fs.flush(fh, CHILD).count());
        assertEquals(2, fs.write(fh, "b\n", FakeFs.O_WRONLY, CHILD + 1).count());
        assertEquals(List.of("ab"), lines());
    }

    @Test
    void truncateAtOpenDoesNothing() {
        fs.cluster.append(pipe, "kept");
        long fh = fs.open("/p", FakeFs.O_WRONLY | FakeFs.O_TRUNC);
        fs.write(fh, "new\n").count();
        assertEquals(List.of("kept", "new"), lines());
    }

    @Test
    void linesOfOneFileKeepTheirOrderAndThoseOfTwoNeverMixHoweverTheyAreCut() throws Exception {
        List<Thread> writers = new ArrayList<>();
        for (String name : List.of("x", "y", "z")) {
            long fh = fs.writer("/p");
            Random random = new Random(name.hashCode());
            StringBuilder text = new StringBuilder();
            IntStream.range(0, 300)
                    .forEach(i -> text.append(name.repeat(20)).append(1000 + i).append('\n'));
            Thread thread = new Thread(() -> {
                for (int at = 0; at < text.length(); ) {
                    int end = Math.min(text.length(), at + 1 + random.nextInt(50));
                    at += fs.write(fh, text.substring(at, end)).count();
                }
            });
            thread.start();
            writers.add(thread);
        }
        for (Thread writer : writers) {
            writer.join();
        }
        List<String> got = new ArrayList<>(lines());
        List<String> wanted = new ArrayList<>();
        for (String name : List.of("x", "y", "z")) {
            wanted.addAll(got.stream().filter(line -> line.startsWith(name)).toList());
        }
        List<String> sorted = new ArrayList<>(wanted);
        Collections.sort(sorted);
        assertEquals(sorted, wanted);
        assertEquals(900, got.size());
        assertTrue(got.stream().allMatch(line -> line.matches("(x{20}|y{20}|z{20})\\d{4}")));
    }

    @Test
    void partIsPushedByTheLastCloseWhichWaitsForIt() {
        fs.cluster.holdAcknowledgements();
        long fh = openedBy(OPENER);
        assertEquals(3, fs.write(fh, "abc", FakeFs.O_WRONLY, OPENER).count());
        Reply close = fs.flush(fh, OPENER);
        fs.cluster.awaitUnacknowledged(pipe, 1);
        fs.assertWaits(pipe, close);
        fs.cluster.releaseAcknowledgements();
        assertEquals(0, close.count());
        assertEquals(List.of("abc"), lines());
    }

    @Test
    void partIsHeldWhileTheOpenerHasTheFile() {
        long fh = openedBy(OPENER);
        fs.processes.holds(OPENER);
        fs.write(fh, "a", FakeFs.O_WRONLY, CHILD);
        assertEquals(0, fs.flush(fh, CHILD).count());
        assertEquals(List.of(), lines());
    }

    @Test
    void partIsHeldWhileItsWriterHasTheFile() {
        long fh = openedBy(OPENER);
        fs.processes.holds(CHILD);
        fs.write(fh, "a", FakeFs.O_WRONLY, CHILD);
        assertEquals(0, fs.flush(fh, OPENER).count());
        assertEquals(List.of(), lines());
    }

    @Test
    void partIsPushedWhenNeitherOpenerNorWriterHasTheFileThoughSomebodyElseMay() {
        long fh = openedBy(OPENER);
        fs.processes.holds(CHILD + 1);
        fs.write(fh, "a", FakeFs.O_WRONLY, CHILD);
        assertEquals(0, fs.flush(fh, CHILD).count());
        assertEquals(List.of("a"), lines());
    }

    @Test
    void openerIsAskedForByItsProcessNotItsThread() {
        fs.processes.threadOf(OPENER + 1, OPENER);
        long fh = openedBy(OPENER + 1);
        fs.processes.holds(OPENER);
        fs.write(fh, "a", FakeFs.O_WRONLY, CHILD);
        fs.flush(fh, CHILD).count();
        assertEquals(List.of(), lines());
        fs.processes.lets(OPENER);
        fs.flush(fh, OPENER).count();
        assertEquals(List.of("a"), lines());
    }

    /** The one who goes on with it closes the file later. */
    @Test
    void partThatSomebodyGoesOnWithWhileAnotherClosesStaysOneLine() {
        long fh = openedBy(OPENER);
        fs.write(fh, "a", FakeFs.O_WRONLY, CHILD).count();
        fs.processes.duringALook(
                () -> fs.write(fh, "b", FakeFs.O_WRONLY, CHILD + 1).count());
        assertEquals(0, fs.flush(fh, CHILD).count());
        assertEquals(List.of(), lines());
        fs.write(fh, "c\n", FakeFs.O_WRONLY, CHILD + 1).count();
        assertEquals(List.of("abc"), lines());
    }

    @Test
    void partOfAThreadThatHasEndedIsHeldWhileItsProcessHasTheFile() {
        fs.processes.threadOf(CHILD + 1, CHILD);
        fs.processes.holds(CHILD);
        long fh = openedBy(OPENER);
        fs.write(fh, "a", FakeFs.O_WRONLY, CHILD + 1).count();
        fs.processes.end(CHILD + 1);
        assertEquals(0, fs.flush(fh, OPENER).count());
        assertEquals(List.of(), lines());
        fs.processes.lets(CHILD);
        assertEquals(0, fs.flush(fh, CHILD).count());
        assertEquals(List.of("a"), lines());
    }

    @Test
    void partOfAProcessThatHasEndedIsPushedWhenTheOpenerCloses() {
        long fh = openedBy(OPENER);
        fs.processes.holds(OPENER);
        fs.write(fh, "a", FakeFs.O_WRONLY, CHILD).count();
        fs.flush(fh, CHILD).count();
        fs.processes.end(CHILD);
        fs.processes.lets(OPENER);
        assertEquals(0, fs.flush(fh, OPENER).count());
        assertEquals(List.of("a"), lines());
    }

    @Test
    void partOfAnInvisibleProcessWaitsForTheRelease() {
        long fh = openedBy(0);
        fs.write(fh, "a", FakeFs.O_WRONLY, 0);
        assertEquals(0, fs.flush(fh, 0).count());
        assertEquals(List.of(), lines());
        fs.fs.release(fh);
        fs.settle(pipe);
        assertEquals(List.of("a"), lines());
    }

    @Test
    void fsyncDoesNotEndALine() {
        long fh = fs.writer("/p");
        fs.write(fh, "a");
        assertEquals(0, fs.fsync(fh).count());
        fs.write(fh, "b\n").count();
        assertEquals(List.of("ab"), lines());
    }

    @Test
    void closeWithoutAPartPushesNothing() {
        long fh = fs.writer("/p");
        fs.close(fh);
        fs.settle(pipe);
        assertEquals(List.of(), lines());
    }

    @Test
    void writeReturnsWhenItsLinesAreStored() {
        fs.cluster.holdAcknowledgements();
        Reply write = fs.write(fs.writer("/p"), "a\n");
        fs.cluster.awaitUnacknowledged(pipe, 1);
        fs.assertWaits(pipe, write);
        fs.cluster.releaseNext(1);
        assertEquals(2, write.count());
        assertEquals(List.of("a"), lines());
    }

    @Test
    void writeWithoutACompleteLineReturnsAtOnce() {
        fs.cluster.holdAcknowledgements();
        assertEquals(3, fs.write(fs.writer("/p"), "abc").count());
    }

    @Test
    void the65thWriteOfABurstDoesNotWaitAndCloseWaitsForIt() {
        long fh = fs.writer("/p");
        for (int i = 0; i < 64; i++) {
            fs.write(fh, "a\n").count();
        }
        fs.cluster.holdAcknowledgements();
        assertEquals(2, fs.write(fh, "b\n").count());
        assertEquals(2, fs.write(fh, "c\n").count());
        Reply close = fs.flush(fh);
        Reply sync = fs.fsync(fh);
        fs.assertWaits(pipe, close);
        fs.cluster.releaseNext(1);
        fs.assertWaits(pipe, close);
        fs.assertWaits(pipe, sync);
        fs.cluster.releaseNext(1);
        assertEquals(0, close.count());
        assertEquals(0, sync.count());
    }

    @Test
    void eachOfTheFirst64WritesOfABurstWaits() {
        fs.cluster.holdAcknowledgements();
        long fh = fs.writer("/p");
        for (int i = 0; i < 64; i++) {
            Reply write = fs.write(fh, "a\n");
            fs.cluster.awaitUnacknowledged(pipe, 1);
            assertFalse(write.isAnswered());
            fs.cluster.releaseNext(1);
            assertEquals(2, write.count());
        }
    }

    @Test
    void burstWaitsForRoomInTheWindow() {
        long fh = fs.writer("/p");
        for (int i = 0; i < 64; i++) {
            fs.write(fh, "a\n").count();
        }
        fs.cluster.holdAcknowledgements();
        fs.cluster.window(pipe, 1);
        fs.write(fh, "first\n").count();
        Reply second = fs.write(fh, "second\n");
        fs.cluster.awaitQueued(pipe, 1);
        fs.assertWaits(pipe, second);
        fs.cluster.releaseNext(1);
        assertEquals(7, second.count());
    }

    @Test
    void synchronousWriteOfABurstWaits() {
        long fh = fs.writer("/p");
        for (int i = 0; i < 64; i++) {
            fs.write(fh, "a\n").count();
        }
        fs.cluster.holdAcknowledgements();
        Reply write = fs.write(fh, "b\n", FakeFs.O_WRONLY | FakeFs.O_SYNC, FakeFs.TID);
        fs.cluster.awaitUnacknowledged(pipe, 1);
        fs.assertWaits(pipe, write);
    }

    @Test
    void writerCountsFromItsOpenToTheAcknowledgementOfItsLastLine() {
        var watch = fs.presence.watch(pipe, () -> {});
        long fh = fs.writer("/p");
        assertTrue(watch.look().join().present());
        fs.cluster.holdAcknowledgements();
        fs.write(fh, "a\n");
        fs.cluster.awaitUnacknowledged(pipe, 1);
        fs.close(fh);
        fs.settle(pipe);
        assertTrue(watch.look().join().present());
        fs.cluster.releaseAcknowledgements();
        fs.settle(pipe);
        assertFalse(watch.look().join().present());
        assertEquals(1, watch.look().join().end());
        watch.close();
    }

    @Test
    void writerThatOpenedReadWriteCountsFromItsOpenAlsoNonBlocking() {
        var watch = fs.presence.watch(pipe, () -> {});
        fs.open("/p", FakeFs.O_RDWR | FakeFs.O_NONBLOCK);
        assertTrue(watch.look().join().present());
    }

    @Test
    void closingTheFileSystemPushesWhatIsHeldAndWaitsForIt() {
        long fh = fs.writer("/p");
        fs.write(fh, "held").count();
        fs.fs.close();
        assertEquals(List.of("held"), lines());
        assertEquals(Errno.ENOTCONN, fs.write(fh, "late\n").errno());
    }
}
