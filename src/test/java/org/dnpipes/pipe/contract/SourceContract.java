package org.dnpipes.pipe.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.junit.jupiter.api.Test;

/** The promises of {@link org.dnpipes.pipe.Source} about messages that nothing hides. */
public abstract class SourceContract extends PortContract {

    // extent

    @Test
    void newPipeIsEmpty() throws Exception {
        Extent extent = answer(here.source().extent(pipe()));
        assertEquals(new Extent(0, 0, 0), extent);
        assertTrue(extent.isEmpty());
    }

    @Test
    void extentCoversEveryPushThatWasExecutedBefore() throws Exception {
        PipeId pipe = pipe();
        for (int round = 0; round < 50; round++) {
            long end = push(pipe, "line");
            assertEquals(new Extent(0, end, end), answer(elsewhere.source().extent(pipe)));
        }
    }

    @Test
    void extentsAskedWhileOthersAreUnderWayAreFreshToo() throws Exception {
        PipeId pipe = pipe();
        for (int round = 0; round < 20; round++) {
            List<CompletableFuture<Extent>> underWay = new ArrayList<>();
            IntStream.range(0, 20).forEach(i -> underWay.add(elsewhere.source().extent(pipe)));
            long end = push(pipe, "line");
            assertEquals(end, answer(elsewhere.source().extent(pipe)).end());
            for (CompletableFuture<Extent> earlier : underWay) {
                assertTrue(answer(earlier).end() <= end);
            }
        }
    }

    @Test
    void extentStartsAtTheFirstRetainedMessage() throws Exception {
        PipeId pipe = pipe();
        append(pipe, "a", "b", "c");
        engine().retainFrom(pipe, 2);
        assertEquals(new Extent(2, 3, 3), answer(here.source().extent(pipe)));
    }

    @Test
    void extentOfADeletedTopicFails() {
        Topic topic = engine().createTopic(name(), 1);
        engine().deleteTopic(topic.name());
        assertTrue(List.of(Reason.GONE, Reason.MISSING)
                .contains(failure(here.source().extent(topic.pipe(0))).reason()));
    }

    // newest

    @Test
    void newestIsTheTimeOfTheNewestMessage() throws Exception {
        PipeId pipe = pipe();
        long recently = System.currentTimeMillis() - 60_000;
        engine().append(pipe, bytes("a"), recently);
        engine().append(pipe, bytes("b"), recently + 7);
        assertEquals(Instant.ofEpochMilli(recently + 7), answer(here.source().newest(pipe)));
        assertEquals(recently + 7, lastChunk(pipe, 2).newest());
    }

    @Test
    void firstSinceIsTheFirstMessageOfThatTimeOrLater() throws Exception {
        PipeId pipe = pipe();
        long recently = System.currentTimeMillis() - 100_000;
        assertEquals(0, answer(here.source().firstSince(pipe, Instant.ofEpochMilli(recently))));
        for (int i = 0; i < 4; i++) {
            engine().append(pipe, bytes("m" + i), recently + 10L * i);
        }
        assertEquals(0, answer(here.source().firstSince(pipe, Instant.ofEpochMilli(recently - 1))));
        assertEquals(2, answer(here.source().firstSince(pipe, Instant.ofEpochMilli(recently + 20))));
        assertEquals(3, answer(here.source().firstSince(pipe, Instant.ofEpochMilli(recently + 21))));
        assertEquals(4, answer(here.source().firstSince(pipe, Instant.ofEpochMilli(recently + 31))));
        engine().retainFrom(pipe, 3);
        assertEquals(3, answer(here.source().firstSince(pipe, Instant.ofEpochMilli(recently))));
    }

    @Test
    void newestOfAPipeWithoutMessagesIsTheEpoch() throws Exception {
        PipeId pipe = pipe();
        assertEquals(Instant.EPOCH, answer(here.source().newest(pipe)));
        append(pipe, "a", "b");
        engine().retainFrom(pipe, 2);
        assertEquals(Instant.EPOCH, answer(here.source().newest(pipe)));
    }

    // read

    @Test
    void readGivesEveryMessageInOrderEachFollowedByALineFeed() throws Exception {
        PipeId pipe = pipe();
        Lines lines = lines("line ", 20_000);
        long end = answer(elsewhere.sink().push(pipe, lines).stored());
        assertEquals(text(lines), read(here, pipe, 0, end));
    }

    @Test
    void readStartsAtAnyMessage() throws Exception {
        PipeId pipe = pipe();
        long end = push(pipe, "a", "b", "c");
        assertEquals("c\n", read(here, pipe, 2, end));
        assertEquals("b\nc\n", read(here, pipe, 1, end));
        assertEquals("a\nb\nc\n", read(here, pipe, 0, end));
    }

    @Test
    void readRemovesNothing() throws Exception {
        PipeId pipe = pipe();
        long end = push(pipe, "a", "b");
        for (int pass = 0; pass < 3; pass++) {
            assertEquals("a\nb\n", read(here, pipe, 0, end));
            assertEquals("a\nb\n", read(elsewhere, pipe, 0, end));
        }
    }

    @Test
    void chunkTellsTheNumberOfEachMessage() throws Exception {
        PipeId pipe = pipe();
        push(pipe, "a", "bb", "ccc");
        Chunk chunk = answer(here.source().read(pipe, 0));
        assertEquals(0, chunk.positionOf(0));
        assertEquals(0, chunk.sequenceAt(1));
        assertEquals(2, chunk.positionOf(1));
        assertTrue(chunk.count() >= 1 && chunk.count() == chunk.next());
    }

    @Test
    void everyByteIsKept() throws Exception {
        PipeId pipe = pipe();
        byte[] all = new byte[256];
        IntStream.range(0, 256).forEach(i -> all[i] = (byte) i);
        long last = engine().append(pipe, all, System.currentTimeMillis());
        assertEquals(text(List.of(all)), read(here, pipe, 0, last + 1));
    }

    @Test
    void nullValueReadsAsAnEmptyLine() throws Exception {
        PipeId pipe = pipe();
        append(pipe, "a");
        engine().append(pipe, null, System.currentTimeMillis());
        long last = append(pipe, "", "b");
        assertEquals("a\n\n\nb\n", read(here, pipe, 0, last + 1));
    }

    @Test
    void pipesOfATopicAreReadApart() throws Exception {
        Topic topic = engine().createTopic(name(), 3);
        for (int number = 0; number < 3; number++) {
            append(topic.pipe(number), "in " + number);
        }
        for (int number = 0; number < 3; number++) {
            assertEquals("in " + number + "\n", read(here, topic.pipe(number), 0, 1));
        }
    }

    @Test
    void readBeforeTheFirstRetainedMessageIsOutOfRange() {
        PipeId pipe = pipe();
        append(pipe, "a", "b", "c");
        engine().retainFrom(pipe, 2);
        assertOutOfRange(new Extent(2, 3, 3), here.source().read(pipe, 1));
    }

    @Test
    void readBehindTheEndIsOutOfRange() {
        PipeId pipe = pipe();
        append(pipe, "a");
        assertOutOfRange(new Extent(0, 1, 1), here.source().read(pipe, 2));
    }

    @Test
    void readOfADeletedTopicIsGone() {
        Topic topic = engine().createTopic(name(), 1);
        engine().deleteTopic(topic.name());
        assertFails(Reason.GONE, here.source().read(topic.pipe(0), 0));
    }

    @Test
    void readOfAnEarlierIncarnationIsGone() {
        Topic earlier = engine().createTopic(name(), 1);
        engine().deleteTopic(earlier.name());
        append(engine().createTopic(earlier.name(), 1).pipe(0), "of another pipe");
        assertFails(Reason.GONE, here.source().read(earlier.pipe(0), 0));
    }

    // Helpers

    private Chunk lastChunk(PipeId pipe, long end) throws Exception {
        Chunk chunk = answer(here.source().read(pipe, 0));
        while (chunk.next() < end) {
            chunk = answer(here.source().read(pipe, chunk.next()));
        }
        assertFalse(chunk.count() == 0);
        return chunk;
    }

    private static void assertOutOfRange(Extent expected, CompletableFuture<Chunk> read) {
        PipeFailure.OutOfRange failure = assertInstanceOf(PipeFailure.OutOfRange.class, failure(read));
        assertEquals(expected, failure.extent());
    }
}
