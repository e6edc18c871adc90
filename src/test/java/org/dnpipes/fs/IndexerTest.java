package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IndexerTest {
    private static final long FAR = Long.MAX_VALUE;

    private final FakeCluster cluster = new FakeCluster();
    private PipeId id;
    private SharedPipe pipe;

    @BeforeEach
    void makePipe() {
        id = cluster.createPipe("p");
        pipe = new SharedPipe(id, FakeFs.withoutCache(cluster.source(), cluster, System::nanoTime));
        cluster.largestChunk(1, 1000);
        for (int i = 0; i < 20; i++) {
            cluster.append(id, "message" + (10 + i));
        }
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static void await(CompletableFuture<Void> scan) {
        scan.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private long end() {
        return pipe.knownIndex().orElseThrow().end().position();
    }

    @Test
    void indexesUpToTheMessageThatIsAskedFor() {
        await(pipe.indexer().index(20, FAR));
        assertEquals(200, end());
    }

    @Test
    void indexesNotMuchFurtherThanThePositionThatIsAskedFor() {
        await(pipe.indexer().index(20, 45));
        assertEquals(50, end());
    }

    @Test
    void goesOnWhereItHasEnded() {
        await(pipe.indexer().index(10, FAR));
        int before = cluster.reads(id);
        await(pipe.indexer().index(20, FAR));
        assertEquals(10, cluster.reads(id) - before);
        assertEquals(200, end());
    }

    @Test
    void oneScanServesAllWhoAsk() {
        cluster.pause();
        CompletableFuture<Void> first = pipe.indexer().index(5, FAR);
        CompletableFuture<Void> second = pipe.indexer().index(20, FAR);
        cluster.resume();
        await(first);
        await(second);
        assertEquals(20, cluster.reads(id));
    }

    @Test
    void waitsForMessagesThatAreNotThereYet() {
        CompletableFuture<Void> scan = pipe.indexer().index(21, FAR);
        cluster.awaitWaitingReads(id, 1);
        assertFalse(scan.isDone());
        cluster.append(id, "message30");
        await(scan);
        assertEquals(210, end());
    }

    @Test
    void whatIsRemovedMeanwhileTakesNoBytes() {
        await(pipe.indexer().index(10, FAR));
        pipe.opened();
        cluster.retainFrom(id, 15);
        await(pipe.indexer().index(20, FAR));
        assertEquals(150, end());
    }

    @Test
    void failureIsToldToAllWhoAskAndTheNextScanTriesAgain() {
        cluster.failReads(id, new PipeFailure(Reason.UNAUTHORIZED, "not you"));
        CompletableFuture<Void> scan = pipe.indexer().index(20, FAR);
        CompletionException told = assertThrows(CompletionException.class, () -> await(scan));
        assertEquals(Reason.UNAUTHORIZED, PipeFailure.of(told).reason());
        cluster.heal();
        await(pipe.indexer().index(20, FAR));
        assertEquals(200, end());
    }

    @Test
    void resetDuringAScanEndsIt() {
        CompletableFuture<Void> scan = pipe.indexer().index(21, FAR);
        cluster.awaitWaitingReads(id, 1);
        cluster.retainFrom(id, 20);
        pipe.reset(20);
        cluster.append(id, "message30");
        await(scan);
        assertEquals(10, end());
    }

    @Test
    void manyChunksNeedNoDeepStack() {
        for (int i = 0; i < 20_000; i++) {
            cluster.append(id, "");
        }
        await(pipe.indexer().index(20_020, FAR));
        assertEquals(20_200, end());
    }

    @Test
    void scanThatNobodyWaitsForEnds() {
        CompletableFuture<Void> first = pipe.indexer().index(21, FAR);
        CompletableFuture<Void> second = pipe.indexer().index(22, FAR);
        cluster.awaitWaitingReads(id, 1);
        first.cancel(false);
        cluster.append(id, "message30");
        cluster.awaitWaitingReads(id, 1);
        second.cancel(false);
        cluster.awaitWaitingReads(id, 0);
        cluster.append(id, "message31");
        assertEquals(210, end());
        await(pipe.indexer().index(22, FAR));
        assertEquals(220, end());
    }

    @Test
    void askingAgainWhileAScanIsGivenUpGoesOnWithIt() {
        for (int round = 0; round < 200; round++) {
            CompletableFuture<Void> first = pipe.indexer().index(20 + round + 1, FAR);
            Thread asking = new Thread(() -> first.cancel(false));
            asking.start();
            CompletableFuture<Void> second = pipe.indexer().index(20 + round + 1, FAR);
            cluster.append(id, "message30");
            await(second);
        }
        assertEquals(220 * 10, end());
        assertTrue(cluster.reads(id) <= 2 * 200 + 20, cluster.reads(id) + " reads");
    }
}
