package org.dnpipes.mount;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientPushTest {
    private final FakeCluster cluster = new FakeCluster();

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void everyLineIsAMessageInItsOrder() {
        PipeId pipe = cluster.createPipe("p");
        assertEquals(3, push("p").pushAll(input("a\n\nb")));
        assertEquals(List.of("a", "", "b"), cluster.lines(pipe));
    }

    @Test
    void aMissingTopicIsMade() throws Exception {
        push("new").pushAll(input("a\n"));
        assertEquals(
                List.of("a"), cluster.lines(cluster.catalog().find("new").get().pipe(0)));
    }

    @Test
    void itReturnsOnlyWhenAllIsStored() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        cluster.holdAcknowledgements();
        FutureTask<Long> pushing = start(push("p"), input("a\nb\n"));
        cluster.awaitUnacknowledged(pipe, 1);
        assertFalse(pushing.isDone());
        cluster.releaseAcknowledgements();
        assertEquals(2, pushing.get());
    }

    @Test
    void aFullWindowIsWaitedFor() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        cluster.window(pipe, 1);
        cluster.holdAcknowledgements();
        FutureTask<Long> pushing = start(push("p"), pieces("a\n", "b\n", "c\n"));
        cluster.awaitQueued(pipe, 1);
        assertEquals(1, cluster.unacknowledged(pipe));
        cluster.releaseAcknowledgements();
        assertEquals(3, pushing.get());
        assertEquals(List.of("a", "b", "c"), cluster.lines(pipe));
    }

    @Test
    void aFailureTellsHowManyLinesAreStored() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        cluster.holdAcknowledgements();
        FutureTask<Long> pushing = start(push("p"), pieces("a\nb\n", "c\n", "d\n"));
        cluster.awaitUnacknowledged(pipe, 3);
        cluster.releaseNext(1);
        cluster.failNext(1, new PipeFailure(Reason.TIMED_OUT, "no answer"));
        cluster.releaseAcknowledgements();
        ExecutionException thrown = assertThrows(ExecutionException.class, pushing::get);
        assertEquals(
                "no answer; the first 2 lines are stored for certain, later ones may be or not",
                ClusterFailure.of(thrown).getMessage());
    }

    @Test
    void aTooLongLineStopsBehindTheGoodOnes() {
        PipeId pipe = cluster.createPipe("p");
        cluster.longestLine("p", 3);
        ClusterFailure failure =
                assertThrows(ClusterFailure.class, () -> push("p").pushAll(input("a\nb\nlong\nc\n")));
        assertEquals(
                "line 3 is longer than the 3 bytes that topic p accepts; 2 lines before it are stored, nothing else was"
                        + " pushed",
                failure.getMessage());
        assertEquals(List.of("a", "b"), cluster.lines(pipe));
    }

    @Test
    void oneOfSeveralPipesIsNamedByItsNumber() {
        Topic topic = cluster.createTopic("wide", 3);
        push("wide/2").pushAll(input("a\n"));
        assertEquals(List.of("a"), cluster.lines(topic.pipe(2)));
        assertFails("topic wide has 3 pipes; say which, from wide/0 to wide/2", "wide");
        assertFails("topic wide has no pipe 3, only 0 to 2", "wide/3");
    }

    @Test
    void aSingleLineIsStoredWhenPushReturns() {
        PipeId pipe = cluster.createPipe("p");
        push("p").push("a".getBytes(UTF_8));
        assertEquals(List.of("a"), cluster.lines(pipe));
    }

    @Test
    void whatHappensToTheClusterIsSaidInItsWords() {
        cluster.failCatalog(new PipeFailure(Reason.UNAUTHORIZED, "not allowed to look at topic p"));
        assertFails("not allowed to look at topic p", "p");
    }

    private ClientPush push(String target) {
        return ClientPush.open(cluster.catalog(), cluster.sink(), ClientTarget.parse(target));
    }

    private void assertFails(String sentence, String target) {
        assertEquals(
                sentence, assertThrows(ClusterFailure.class, () -> push(target)).getMessage());
    }

    private static FutureTask<Long> start(ClientPush push, InputStream input) {
        FutureTask<Long> pushing = new FutureTask<>(() -> push.pushAll(input));
        Thread thread = new Thread(pushing, "push");
        thread.setDaemon(true);
        thread.start();
        return pushing;
    }

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    /** Read in as many pieces. */
    private static InputStream pieces(String... pieces) {
        return new SequenceInputStream(Collections.enumeration(
                Stream.of(pieces).map(ClientPushTest::input).toList()));
    }
}
