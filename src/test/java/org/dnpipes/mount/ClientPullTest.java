package org.dnpipes.mount;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.fake.FakeTransaction;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientPullTest {
    private final FakeCluster cluster = new FakeCluster();

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void aSnapshotIsEveryMessageWithALineFeed() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        cluster.append(pipe, "a", "", "b");
        assertEquals("a\n\nb\n", snapshot("p"));
        assertEquals("a\n\nb\n", snapshot("p"));
    }

    @Test
    void aSnapshotOfNothingIsNothing() throws Exception {
        cluster.createPipe("p");
        assertEquals("", snapshot("p"));
    }

    @Test
    void aSnapshotEndsWhereTheEndWasAtItsBeginning() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        cluster.append(pipe, "before");
        ClientPull pull = pull("p");
        cluster.append(pipe, "after");
        assertEquals("before\n", snapshot(pull));
    }

    @Test
    void aSnapshotOfGapsAtTheEndEnds() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        cluster.append(pipe, "a");
        cluster.skip(pipe, 3);
        assertEquals("a\n", snapshot("p"));
    }

    @Test
    void aSnapshotWaitsForAnOpenTransaction() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        FakeTransaction transaction = cluster.begin(pipe);
        cluster.append(pipe, "behind");
        FutureTask<String> snapshot = start(() -> snapshot("p"));
        cluster.awaitWaitingReads(pipe, 1);
        assertFalse(snapshot.isDone());
        transaction.abort();
        assertEquals("behind\n", snapshot.get());
    }

    @Test
    void aResetDuringASnapshotDoesNotHoldItUp() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        cluster.append(pipe, "gone", "gone");
        ClientPull pull = pull("p");
        cluster.retainFrom(pipe, 2);
        cluster.append(pipe, "after");
        assertEquals("", snapshot(pull));
    }

    @Test
    void followingGoesOnAcrossAReset() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        cluster.append(pipe, "a");
        Lines lines = new Lines();
        start(() -> follow(pull("p"), lines));
        assertEquals("a\n", lines.take());
        cluster.append(pipe, "b");
        assertEquals("b\n", lines.take());
        cluster.awaitWaitingReads(pipe, 1);
        cluster.skip(pipe, 1);
        cluster.retainFrom(pipe, 3);
        cluster.append(pipe, "c");
        assertEquals("c\n", lines.take());
    }

    @Test
    void fromTheEndOnlyWhatIsPushedFromThenOnComes() throws Exception {
        Topic topic = cluster.createTopic("wide", 3);
        cluster.append(topic.pipe(0), "old");
        Lines lines = new Lines();
        ClientPull pull = ClientPull.openAll(cluster.catalog(), cluster.source(), "wide", ClientPull.From.END);
        start(() -> follow(pull, lines));
        cluster.append(topic.pipe(2), "new");
        assertEquals("new\n", lines.take());
        cluster.append(topic.pipe(0), "newer");
        assertEquals("newer\n", lines.take());
    }

    @Test
    void allPipesOfATopicComeFromTheStart() throws Exception {
        Topic topic = cluster.createTopic("wide", 3);
        for (int i = 0; i < 3; i++) {
            cluster.append(topic.pipe(i), "in " + i);
        }
        String all = snapshot(ClientPull.openAll(cluster.catalog(), cluster.source(), "wide", ClientPull.From.START));
        assertEquals(
                "in 0\nin 1\nin 2\n", String.join("\n", all.lines().sorted().toList()) + "\n");
    }

    @Test
    void aMissingTopicIsSaidAndNotMade() throws Exception {
        assertTrue(String.valueOf(
                        assertThrows(ClusterFailure.class, () -> pull("p")).getMessage())
                .contains("p"));
        assertTrue(cluster.catalog().list().get().isEmpty());
    }

    @Test
    void aFailureEndsTheReading() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        FutureTask<String> following = start(() -> follow(pull("p"), new ByteArrayOutputStream()));
        cluster.awaitWaitingReads(pipe, 1);
        cluster.failReads(pipe, new PipeFailure(Reason.GONE, "topic p is gone"));
        ExecutionException thrown = assertThrows(ExecutionException.class, following::get);
        assertEquals("topic p is gone", ClusterFailure.of(thrown).getMessage());
    }

    private ClientPull pull(String target) {
        return ClientPull.open(cluster.catalog(), cluster.source(), ClientTarget.parse(target), ClientPull.From.START);
    }

    private String snapshot(String target) throws IOException {
        return snapshot(pull(target));
    }

    private static String snapshot(ClientPull pull) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        pull.snapshot(output);
        return output.toString(UTF_8);
    }

    private static String follow(ClientPull pull, OutputStream output) throws IOException {
        pull.follow(output);
        return "";
    }

    private static FutureTask<String> start(Callable<String> what) {
        FutureTask<String> running = new FutureTask<>(what);
        Thread thread = new Thread(running, "pull");
        thread.setDaemon(true);
        thread.start();
        return running;
    }

    /** What was written, one write after the other. */
    private static final class Lines extends OutputStream {
        private final BlockingQueue<String> writes = new LinkedBlockingQueue<>();

        @Override
        public void write(int b) {
            writes.add(String.valueOf((char) b));
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            if (length > 0) {
                writes.add(new String(bytes, from, length, UTF_8));
            }
        }

        String take() throws InterruptedException {
            return String.valueOf(writes.poll(10, TimeUnit.SECONDS));
        }
    }
}
