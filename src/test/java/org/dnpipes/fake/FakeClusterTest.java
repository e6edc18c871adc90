package org.dnpipes.fake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink.Push;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The knobs of the fake: what the suite for the ports cannot see. */
@Timeout(60)
class FakeClusterTest {
    private final PipeFailure late = new PipeFailure(Reason.TIMED_OUT, "no answer in time");

    private final FakeCluster cluster = new FakeCluster();
    private final PipeId pipe = cluster.createPipe("t");

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void answersComeFromTheThreadOfTheCluster() throws Exception {
        cluster.pause();
        CompletableFuture<String> thread = cluster.source()
                .extent(pipe)
                .thenApply(extent -> Thread.currentThread().getName());
        cluster.awaitUnanswered(1);
        cluster.resume();
        assertEquals("fake-cluster", answer(thread));
    }

    @Test
    void callbacksMayUseTheCluster() throws Exception {
        CompletableFuture<Long> appended =
                cluster.source().read(pipe, 0).thenApply(chunk -> cluster.append(pipe, "from a callback"));
        cluster.append(pipe, "first");
        assertEquals(1, answer(appended));
        assertEquals(List.of("first", "from a callback"), cluster.lines(pipe));
    }

    @Test
    void waitingOnTheThreadOfTheClusterIsRefused() {
        CompletableFuture<Void> bad =
                cluster.source().read(pipe, 0).thenAccept(chunk -> cluster.awaitWaitingReads(pipe, 1));
        cluster.append(pipe, "wakes the read");
        assertInstanceOf(IllegalStateException.class, failure(bad).getCause());
    }

    @Test
    void everyMessageIsAMillisecondYoungerThanTheOneBefore() throws Exception {
        cluster.now(Instant.ofEpochMilli(1000));
        cluster.append(pipe, "a", "b");
        assertEquals(Instant.ofEpochMilli(1001), answer(cluster.source().newest(pipe)));
    }

    @Test
    void largestChunkBoundsReads() throws Exception {
        cluster.append(pipe, "a", "b", "c");
        cluster.largestChunk(2, 1000);
        assertEquals(2, answer(cluster.source().read(pipe, 0)).next());
        cluster.largestChunk(2, 1);
        assertEquals(1, answer(cluster.source().read(pipe, 0)).next());
    }

    @Test
    void pausedClusterAnswersNothingUntilItIsResumed() throws Exception {
        cluster.pause();
        CompletableFuture<Extent> extent = cluster.source().extent(pipe);
        CompletableFuture<?> list = cluster.catalog().list();
        Push push = push("x");
        CompletableFuture<Chunk> read = cluster.source().read(pipe, 0);
        answer(push.accepted());
        cluster.awaitWaitingReads(pipe, 1);
        cluster.awaitUnanswered(2);
        cluster.append(pipe, "foreign");
        assertFalse(Stream.of(extent, list, push.stored(), read).anyMatch(CompletableFuture::isDone));

        cluster.resume();
        assertEquals(1, answer(extent).end());
        assertEquals(2, answer(push.stored()));
        assertEquals(1, answer(read).next());
    }

    @Test
    void pausedPipeLeavesTheOthersAlone() throws Exception {
        PipeId other = cluster.createPipe("u");
        cluster.pause(pipe);
        CompletableFuture<Extent> stuck = cluster.source().extent(pipe);
        assertEquals(1, answer(cluster.sink().push(other, lines("x")).stored()));
        assertEquals(1, answer(cluster.source().read(other, 0)).count());
        assertFalse(stuck.isDone());
        cluster.resume(pipe);
        assertEquals(0, answer(stuck).end());
    }

    @Test
    void heldPushesAreStoredWhenTheyAreReleased() throws Exception {
        cluster.holdAcknowledgements();
        Push first = push("a");
        Push second = push("b");
        cluster.awaitUnacknowledged(pipe, 2);
        assertEquals(List.of(), cluster.lines(pipe));

        cluster.releaseNext(1);
        assertEquals(1, answer(first.stored()));
        assertFalse(second.stored().isDone());
        assertEquals(List.of("a"), cluster.lines(pipe));

        cluster.releaseAcknowledgements();
        assertEquals(2, answer(second.stored()));
    }

    @Test
    void releaseNextWaitsForThePush() throws Exception {
        cluster.holdAcknowledgements();
        CompletableFuture<Void> released = CompletableFuture.runAsync(() -> cluster.releaseNext(1));
        answer(push("a").stored());
        answer(released);
    }

    @Test
    void failedPushIsLost() throws Exception {
        cluster.holdAcknowledgements();
        Push first = push("a");
        Push second = push("b");
        cluster.failNext(1, late);
        cluster.releaseNext(1);
        assertSame(late, failure(first.stored()));
        assertEquals(1, answer(second.stored()));
        assertEquals(List.of("b"), cluster.lines(pipe));
    }

    @Test
    void fullWindowQueuesUntilAnAcknowledgement() throws Exception {
        cluster.holdAcknowledgements();
        cluster.window(pipe, 4);
        answer(push("abc").accepted());
        Push queued = push("d");
        CompletableFuture<Void> room = cluster.sink().room(pipe);
        cluster.awaitQueued(pipe, 1);
        assertFalse(queued.accepted().isDone());
        assertFalse(room.isDone());

        cluster.releaseNext(1);
        answer(queued.accepted());
        answer(room);
        assertFalse(queued.stored().isDone());
    }

    @Test
    void queuedPushesKeepTheirOrder() throws Exception {
        cluster.holdAcknowledgements();
        cluster.window(pipe, 1);
        List<Push> pushes = List.of(push("a"), push("b"), push("c"), push("d"));
        cluster.awaitQueued(pipe, 3);
        cluster.releaseNext(pushes.size());
        for (int i = 0; i < pushes.size(); i++) {
            assertEquals(i + 1, answer(pushes.get(i).stored()));
        }
        assertEquals(List.of("a", "b", "c", "d"), cluster.lines(pipe));
    }

    @Test
    void queuedPushCanBeWithdrawnAndTheNextMovesUp() throws Exception {
        cluster.holdAcknowledgements();
        cluster.window(pipe, 1);
        Push flying = push("a");
        Push queued = push("b");
        Push last = push("c");
        cluster.awaitQueued(pipe, 2);
        assertFalse(flying.withdraw());
        assertTrue(queued.withdraw());
        cluster.releaseAcknowledgements();
        assertEquals(2, answer(last.stored()));
        assertTrue(queued.stored().isCancelled());
        assertEquals(List.of("a", "c"), cluster.lines(pipe));
    }

    @Test
    void failingPipeFailsWhatIsUnderWayAndWhatComes() throws Exception {
        cluster.holdAcknowledgements();
        cluster.window(pipe, 1);
        Push flying = push("a");
        Push queued = push("b");
        CompletableFuture<Void> room = cluster.sink().room(pipe);
        CompletableFuture<Chunk> read = cluster.source().read(pipe, 0);
        cluster.failPushes(pipe, late);
        cluster.failReads(pipe, late);
        cluster.failLooks(pipe, late);
        answer(room);
        Stream.of(flying.stored(), queued.accepted(), push("c").stored(), read)
                .forEach(future -> assertSame(late, failure(future)));
        assertSame(late, failure(cluster.source().extent(pipe)));

        cluster.heal();
        cluster.releaseAcknowledgements();
        assertEquals(1, answer(push("d").stored()));
        assertEquals(1, answer(cluster.source().extent(pipe)).end());
    }

    @Test
    void failingCatalogFailsEveryQuestionAboutTopics() throws Exception {
        cluster.failCatalog(late);
        assertSame(late, failure(cluster.catalog().find("t")));
        assertSame(late, failure(cluster.catalog().create("v", true)));
        cluster.heal();
        assertEquals("v", answer(cluster.catalog().create("v", true)).name());
    }

    @Test
    void cancelledReadFreesItsPlace() {
        CompletableFuture<Chunk> read = cluster.source().read(pipe, 0);
        cluster.awaitWaitingReads(pipe, 1);
        assertTrue(read.cancel(false));
        assertEquals(0, cluster.waitingReads(pipe));
        assertEquals(1, cluster.reads(pipe));
    }

    @Test
    void closeFailsWhatWaitsAndWhatComes() {
        cluster.holdAcknowledgements();
        Push push = push("a");
        CompletableFuture<Chunk> read = cluster.source().read(pipe, 0);
        cluster.pause();
        CompletableFuture<?> list = cluster.catalog().list();
        cluster.close();
        Stream.of(
                        push.stored(),
                        read,
                        list,
                        cluster.source().extent(pipe),
                        push("b").stored())
                .forEach(future -> assertEquals(Reason.CLOSED, failure(future).reason()));
        cluster.close();
    }

    private Push push(String... lines) {
        return cluster.sink().push(pipe, lines(lines));
    }

    private static Lines lines(String... lines) {
        return Lines.of(Stream.of(lines).map(line -> line.getBytes(UTF_8)).toList());
    }

    private static <T> T answer(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    private static PipeFailure failure(CompletableFuture<?> future) {
        return PipeFailure.of(assertThrows(ExecutionException.class, () -> answer(future)));
    }
}
