package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What readers see where the cluster has lost messages that they know, and others have taken their place: an unclean
 * election of a leader.
 */
@Timeout(60)
class ReaderLossTest {
    private static final String[] OTHERS = {"other3", "other4", "other5", "other6"};
    private static final String OTHER_LINES = Stream.of(OTHERS).collect(Collectors.joining("\n", "", "\n"));

    private FakeFs fs = new FakeFs();
    private PipeId pipe;

    @BeforeEach
    void pipeOfFive() {
        pipe = fs.cluster.createPipe("p");
        fs.cluster.append(pipe, "line0", "line1", "line2", "line3", "line4");
    }

    @AfterEach
    void close() {
        fs.close();
    }

    /** @param atEnd how many readers have come to the end: each of them has asked for what comes next */
    private Reply waiting(OpenReader reader, int atEnd) {
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, atEnd);
        return waiting;
    }

    @Test
    void readerThatWaitsGoesOnWhereTheOthersBegin() {
        OpenReader reader = fs.reader("/p@follow");
        assertEquals(30, reader.read().length());
        Reply waiting = waiting(reader, 1);
        fs.cluster.elect(pipe, 3, OTHERS);
        assertEquals(OTHER_LINES, reader.moved(waiting.text()));
        fs.cluster.append(pipe, "line7");
        assertEquals("line7\n", reader.read());
    }

    @Test
    void eachReaderIsShownTheOthersOnceWhoeverFindsOut() {
        OpenReader first = fs.reader("/p@follow");
        OpenReader second = fs.reader("/p@follow");
        OpenReader third = fs.reader("/p@follow");
        Stream.of(first, second, third)
                .forEach(reader -> assertEquals(30, reader.read().length()));
        Reply one = waiting(first, 3);
        Reply two = waiting(second, 3);
        fs.cluster.elect(pipe, 3, OTHERS);
        assertEquals(OTHER_LINES, first.moved(one.text()));
        assertEquals(OTHER_LINES, second.moved(two.text()));
        assertEquals(OTHER_LINES, third.read());
        fs.cluster.append(pipe, "line7");
        Stream.of(first, second, third).forEach(reader -> assertEquals("line7\n", reader.read()));
    }

    @Test
    void readerThatIsNotThereYetMissesNothing() {
        fs.cluster.largestChunk(1, 1000);
        OpenReader slow = fs.reader("/p@follow");
        assertEquals("line0\n", slow.read(6));
        OpenReader fast = fs.reader("/p@follow");
        assertEquals(30, fast.read(30, 100).length());
        Reply waiting = waiting(fast, 1);
        fs.cluster.elect(pipe, 3, OTHERS);
        assertEquals("other3\n", waiting.text().substring(0, 7));
        assertEquals("line1\nline2\n" + OTHER_LINES, slow.read(12 + OTHER_LINES.length(), 100));
    }

    @Test
    void lineThatWasBegunIsFinishedThoughItIsLost() {
        OpenReader begun = fs.reader("/p@follow");
        assertEquals("line0\nline1\nline2\nline3\nli", begun.read(26));
        OpenReader other = fs.reader("/p@follow");
        assertEquals(30, other.read().length());
        Reply waiting = waiting(other, 1);
        fs.cluster.elect(pipe, 3, OTHERS);
        assertEquals(OTHER_LINES, waiting.text());
        assertEquals("ne4\n" + OTHER_LINES, begun.read(4 + OTHER_LINES.length(), 100));
    }

    @Test
    void sizeAndContentAreThoseOfThePipeAsItIsNow() {
        OpenReader tail = fs.tail("/p");
        assertEquals(30, tail.readAll().length());
        OpenReader other = fs.reader("/p@follow");
        assertEquals(30, other.read().length());
        Reply waiting = waiting(other, 2);
        fs.cluster.elect(pipe, 3, OTHERS);
        assertEquals(OTHER_LINES, waiting.text());
        assertEquals(0, tail.size());
        assertEquals(18 + OTHER_LINES.length(), tail.size());
        tail.seek(0);
        assertEquals("line0\nline1\nline2\n" + OTHER_LINES, tail.readAll());
        assertEquals("line0\nline1\nline2\n" + OTHER_LINES, fs.tail("/p").readAll());
    }

    /** The reset leaves nothing that was read before the loss in its place. */
    @Test
    void lossIsShownThoughAResetFollowsAtOnce() {
        OpenReader tail = fs.tail("/p");
        assertEquals(30, tail.readAll().length());
        OpenReader other = fs.reader("/p@follow");
        assertEquals(30, other.read().length());
        Reply waiting = waiting(other, 2);
        fs.cluster.elect(pipe, 3);
        fs.settle(pipe);
        fs.fs.truncate("/p", 0, FakeFs.caller());
        assertEquals(0, tail.size());
        fs.cluster.append(pipe, "new");
        assertEquals("new\n", other.moved(waiting.text()));
        assertEquals(4, tail.size());
    }
}
