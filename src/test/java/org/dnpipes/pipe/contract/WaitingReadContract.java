package org.dnpipes.pipe.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.junit.jupiter.api.Test;

/** The promises of {@link org.dnpipes.pipe.Source} about reads that find nothing yet. */
public abstract class WaitingReadContract extends PortContract {

    @Test
    void readWaitsUntilAMessageComes() throws Exception {
        PipeId pipe = pipe();
        CompletableFuture<Chunk> read = here.source().read(pipe, 0);
        assertWaits(read);
        append(pipe, "at last");
        assertEquals("at last\n", text(answer(read)));
    }

    @Test
    void readAtTheEndWaitsForTheNextMessage() throws Exception {
        PipeId pipe = pipe();
        long end = push(pipe, "a", "b");
        CompletableFuture<Chunk> read = here.source().read(pipe, end);
        assertWaits(read);
        append(pipe, "c");
        assertEquals("c\n", text(answer(read)));
    }

    @Test
    void followingReaderMissesNothing() throws Exception {
        PipeId pipe = pipe();
        StringBuilder expected = new StringBuilder();
        StringBuilder seen = new StringBuilder();
        CompletableFuture<Chunk> read = here.source().read(pipe, 0);
        for (int i = 0; i < 200; i++) {
            append(pipe, "line " + i);
            expected.append("line ").append(i).append('\n');
            // Some messages come before the next read and some while it waits.
            if (i % 3 == 0) {
                Chunk chunk = answer(read);
                seen.append(text(chunk));
                read = here.source().read(pipe, chunk.next());
            }
        }
        while (seen.length() < expected.length()) {
            Chunk chunk = answer(read);
            seen.append(text(chunk));
            read = here.source().read(pipe, chunk.next());
        }
        assertEquals(expected.toString(), seen.toString());
        assertTrue(read.cancel(false));
    }

    @Test
    void oneMessageWakesEveryReaderOfThePipe() throws Exception {
        PipeId pipe = pipe();
        List<CompletableFuture<Chunk>> reads = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            reads.add(here.source().read(pipe, 0));
        }
        append(pipe, "for all");
        for (CompletableFuture<Chunk> read : reads) {
            assertEquals("for all\n", text(answer(read)));
        }
    }

    @Test
    void messageWakesOnlyReadersOfItsPipe() throws Exception {
        Topic topic = engine().createTopic(name(), 20);
        List<CompletableFuture<Chunk>> reads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            reads.add(here.source().read(topic.pipe(i), 0));
        }
        for (int i = 19; i > 0; i--) {
            append(topic.pipe(i), "for " + i);
            assertEquals("for " + i + "\n", text(answer(reads.get(i))));
            assertWaitsStill(reads.subList(0, i));
        }
        reads.get(0).cancel(false);
    }

    @Test
    void cancelledReadStaysCancelledAndDisturbsNoOther() throws Exception {
        PipeId pipe = pipe();
        CompletableFuture<Chunk> cancelled = here.source().read(pipe, 0);
        CompletableFuture<Chunk> other = here.source().read(pipe, 0);
        assertWaits(cancelled);
        assertTrue(cancelled.cancel(false));
        append(pipe, "x");
        assertEquals("x\n", text(answer(other)));
        assertTrue(cancelled.isCancelled());
    }

    @Test
    void cancelledReadFreesItsPlace() throws Exception {
        PipeId pipe = pipe();
        for (int i = 0; i < 5_000; i++) {
            assertTrue(here.source().read(pipe, 0).cancel(false));
        }
        if (here.waitingReads(pipe).isPresent()) {
            eventually(
                    () -> CompletableFuture.completedFuture(
                            here.waitingReads(pipe).orElseThrow()),
                    n -> n == 0);
        }
        CompletableFuture<Chunk> read = here.source().read(pipe, 0);
        append(pipe, "x");
        assertEquals("x\n", text(answer(read)));
    }

    @Test
    void removalOfAllMessagesLeavesAReadAtTheEndWaiting() throws Exception {
        PipeId pipe = pipe();
        long end = push(pipe, "a", "b");
        CompletableFuture<Chunk> read = here.source().read(pipe, end);
        answer(elsewhere.catalog().removeBefore(pipe, end));
        assertWaits(read);
        append(pipe, "after the reset");
        assertEquals("after the reset\n", text(answer(read)));
    }

    @Test
    void waitingReadOfADeletedTopicIsGone() throws Exception {
        Topic topic = engine().createTopic(name(), 1);
        CompletableFuture<Chunk> read = here.source().read(topic.pipe(0), 0);
        assertWaits(read);
        engine().deleteTopic(topic.name());
        assertFails(Reason.GONE, read);
    }

    @Test
    void waitingReadOfARecreatedTopicIsGone() throws Exception {
        Topic topic = engine().createTopic(name(), 1);
        CompletableFuture<Chunk> read = here.source().read(topic.pipe(0), 0);
        assertWaits(read);
        engine().deleteTopic(topic.name());
        engine().createTopic(topic.name(), 1);
        assertFails(Reason.GONE, read);
    }

    @Test
    void closingTheConnectionEndsWaitingReads() throws Exception {
        PipeId pipe = pipe();
        CompletableFuture<Chunk> read = elsewhere.source().read(pipe, 0);
        assertWaits(read);
        elsewhere.close();
        assertFails(Reason.CLOSED, read);
        elsewhere.close();
    }

    private static void assertWaitsStill(List<CompletableFuture<Chunk>> reads) {
        assertTrue(reads.stream().noneMatch(CompletableFuture::isDone));
    }
}
