package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.fs.Restarts.Loss;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.ChunkCache;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.IndexSnapshot;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is known of a pipe whose messages are lost, when several find out. */
@Timeout(60)
class SharedPipeTest {
    private final FakeCluster cluster = new FakeCluster();
    private final PipeId id = cluster.createPipe("p");
    private final SharedPipe pipe =
            new SharedPipe(id, FakeFs.withoutCache(cluster.source(), cluster, System::nanoTime));

    private final AtomicBoolean isolated = new AtomicBoolean();

    @AfterEach
    void close() {
        cluster.close();
    }

    private static <T> T answer(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void fill() {
        cluster.append(id, "line0", "line1", "line2", "line3");
        answer(pipe.extent());
        answer(pipe.indexer().index(4, Long.MAX_VALUE));
    }

    /** Else a pipe that is filled and reset again and again takes 64 MiB for what nobody can read. */
    @Test
    void whatWasRemovedTakesNoMemory() {
        ChunkCache cache = new ChunkCache(1 << 20);
        SharedPipe cached = new SharedPipe(id, FakeFs.context(cluster.source(), cluster, System::nanoTime, cache));
        cluster.append(id, "line0", "line1");
        answer(cached.extent());
        answer(cached.chunk(0));
        assertTrue(cache.size() > 0);
        cached.reset(2);
        assertEquals(0, cache.size());
        cluster.append(id, "line2");
        answer(cached.chunk(2));
        assertTrue(cache.size() > 0);
        cached.goneForGood();
        assertEquals(0, cache.size());
    }

    @Test
    void lossThatTwoFindOutIsOne() {
        fill();
        cluster.elect(id, 2);
        cluster.pause();
        List<CompletableFuture<Extent>> looks = List.of(pipe.extent(), pipe.extent());
        cluster.resume();
        looks.forEach(SharedPipeTest::answer);
        assertEquals(1, pipe.resets());
        assertEquals(2, pipe.loss().intact());
    }

    @Test
    void lossOfTheLastMessageAloneIsNoticed() {
        fill();
        Loss none = pipe.loss();
        cluster.elect(id, 3);
        assertEquals(3, answer(pipe.extent()).end());
        assertTrue(pipe.loss() != none);
        assertEquals(3, pipe.loss().intact());
        assertEquals(1, pipe.resets());
        cluster.awaitWaitingReads(id, 0);
    }

    /** A leader that was replaced, and does not know it, ends before what was acknowledged by the new one. */
    @Test
    void whatAnOldLeaderSaysOfTheEndIsNoLoss() {
        Source old = (Source) Proxy.newProxyInstance(
                Source.class.getClassLoader(),
                new Class<?>[] {Source.class},
                (proxy, method, arguments) -> method.getName().equals("extent") && isolated.get()
                        ? CompletableFuture.completedFuture(new Extent(0, 2, 2))
                        : method.invoke(cluster.source(), arguments));
        SharedPipe mine = new SharedPipe(id, FakeFs.withoutCache(old, cluster, System::nanoTime));
        cluster.append(id, "line0", "line1", "line2", "line3");
        answer(mine.extent());
        answer(mine.indexer().index(4, Long.MAX_VALUE));
        Loss none = mine.loss();
        isolated.set(true);
        answer(mine.extent());
        assertEquals(0, mine.resets());
        assertTrue(mine.loss() == none);
        assertEquals(4, mine.knownStable());
    }

    @Test
    void whatOthersHaveKeptIsOnlyWhatTheyKnew() {
        cluster.append(id, "line0", "line1");
        answer(pipe.extent());
        answer(pipe.indexer().index(2, Long.MAX_VALUE));
        ByteIndex index = pipe.knownIndex().orElseThrow();
        IndexSnapshot found = index.snapshot();
        cluster.append(id, "line2", "line3");
        answer(pipe.extent());
        answer(pipe.indexer().index(4, Long.MAX_VALUE));
        pipe.offer(index, found);
        assertTrue(pipe.mayHaveNews(12));
    }

    /** What others had found out may have been lost since. */
    @Test
    void nothingIsOfferedToAnIndexThatWasMadeAfterALoss() {
        fill();
        ByteIndex before = pipe.knownIndex().orElseThrow();
        IndexSnapshot found = before.snapshot();
        cluster.elect(id, 2);
        answer(pipe.extent());
        pipe.offer(before, found);
        assertEquals(0, pipe.knownIndex().orElseThrow().end().position());
    }
}
