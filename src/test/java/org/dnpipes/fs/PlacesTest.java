package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An index of 400 messages of 1,000 bytes, with a place at about every 64th of them. */
@Timeout(60)
class PlacesTest {
    private static final int MESSAGES = 400;
    private static final int BYTES = 1000;

    private final FakeCluster cluster = new FakeCluster();
    private PipeId id;
    private SharedPipe pipe;
    private ByteIndex index;

    @BeforeEach
    void readAll() {
        id = cluster.createPipe("p");
        // What is gone from the cluster is gone.
        pipe = new SharedPipe(id, FakeFs.withoutCache(cluster.source(), cluster, System::nanoTime));
        cluster.largestChunk(1, 2 * BYTES);
        for (int i = 0; i < MESSAGES; i++) {
            cluster.append(id, "x".repeat(BYTES - 1));
        }
        done(pipe.indexer().index(MESSAGES, Long.MAX_VALUE));
        index = pipe.knownIndex().orElseThrow();
        pipe.opened();
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static <T> T done(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void remove(long first) {
        cluster.retainFrom(id, first);
        done(pipe.extent());
    }

    private static Mark place(long sequence) {
        return new Mark(sequence * BYTES, sequence);
    }

    @Test
    void ofAnIndexThatHasLostNothingTheHeadIsKnown() {
        int before = cluster.reads(id);
        assertEquals(place(0), done(pipe.places().head(index)));
        assertEquals(before, cluster.reads(id));
    }

    @Test
    void headThatIsLeftIsCountedFromTheNextPlaceAndThenKnown() {
        remove(3);
        assertNull(index.head());
        assertEquals(place(3), done(pipe.places().head(index)));
        assertEquals(place(3), index.head());
        int before = cluster.reads(id);
        assertEquals(place(3), done(pipe.places().head(index)));
        assertEquals(before, cluster.reads(id));
    }

    @Test
    void whereverTheHeadIsRemovedWhatIsLeftKeepsItsPositions() {
        Random random = new Random(7);
        for (int first = 1 + random.nextInt(9); first < MESSAGES; first += 1 + random.nextInt(40)) {
            remove(first);
            if (random.nextBoolean()) {
                assertEquals(place(first), done(pipe.places().head(index)));
            }
            int somewhere = first + random.nextInt(MESSAGES - first);
            assertEquals(place(somewhere), done(pipe.places().of(index, somewhere)));
            assertEquals(place(MESSAGES), index.end());
        }
    }

    @Test
    void headOfWhatIsRemovedWhileItIsCountedIsTheNewOne() {
        remove(3);
        cluster.pause(id);
        CompletableFuture<Mark> head = pipe.places().head(index);
        cluster.retainFrom(id, 70);
        cluster.resume(id);
        assertEquals(place(70), done(head));
    }

    @Test
    void whatCannotBeReadIsNotGuessed() {
        remove(3);
        cluster.failReads(id, new PipeFailure(Reason.TIMED_OUT, "for this test"));
        CompletableFuture<Mark> head = pipe.places().head(index);
        assertThrows(CompletionException.class, () -> done(head));
        assertNull(index.head());
        cluster.heal();
        assertEquals(place(3), done(pipe.places().head(index)));
    }

    @Test
    void removalOfEverythingThatIsKnownLeavesTheEnd() {
        cluster.append(id, "one", "more");
        index.removeBefore(MESSAGES + 1);
        assertEquals(new Mark((long) MESSAGES * BYTES, MESSAGES + 1), index.head());
    }
}
