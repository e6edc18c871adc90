package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.IndexSnapshot;
import org.dnpipes.pipe.IndexStore;
import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one mount has found out about a pipe, as another makes use of it. Messages have 1000 bytes. */
@Timeout(60)
class CheckpointsTest {
    private static final int CHUNK = 100;
    private static final String MESSAGE = "x".repeat(999);

    private final FakeCluster cluster = new FakeCluster();
    private final Memory store = new Memory();
    private final List<FakeFs> mounts = new ArrayList<>();
    private PipeId pipe;

    /** Keeps what it is given as it is. */
    private static final class Memory implements IndexStore {
        final Map<PipeId, IndexSnapshot> kept = new ConcurrentHashMap<>();
        /** What is kept is there at once; that it is, is told later. */
        volatile CompletableFuture<Void> told = CompletableFuture.completedFuture(null);

        @Override
        public CompletableFuture<List<IndexSnapshot>> load(PipeId pipe) {
            return CompletableFuture.completedFuture(kept.containsKey(pipe) ? List.of(kept.get(pipe)) : List.of());
        }

        @Override
        public CompletableFuture<Void> save(PipeId pipe, IndexSnapshot snapshot) {
            kept.put(pipe, snapshot);
            return told.copy();
        }
    }

    @BeforeEach
    void makePipe() {
        pipe = cluster.createPipe("p");
        cluster.largestChunk(CHUNK, 1 << 20);
    }

    @AfterEach
    void close() {
        mounts.forEach(mount -> mount.fs.close());
        cluster.close();
    }

    private FakeFs mount() {
        FakeFs mount = new FakeFs(cluster, store);
        mounts.add(mount);
        return mount;
    }

    private void append(int messages) {
        for (int i = 0; i < messages; i++) {
            cluster.append(pipe, MESSAGE);
        }
    }

    /** A mount reads the pipe to its end and ends. */
    private void read() {
        FakeFs mount = mount();
        OpenReader reader = mount.tail("/p");
        mount.size("/p");
        reader.release();
        awaitKept();
        mount.fs.close();
    }

    private void awaitKept() {
        long end = cluster.extent(pipe).end();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!store.kept.containsKey(pipe) || store.kept.get(pipe).end().sequence() < end) {
            assertTrue(System.nanoTime() < deadline, "kept is " + store.kept.get(pipe));
            Thread.onSpinWait();
        }
    }

    /** The size as a mount sees it that has just been made, and how many chunks it reads for it. */
    private int readsFor(long size) {
        int before = cluster.reads(pipe);
        FakeFs mount = mount();
        OpenReader reader = mount.tail("/p");
        assertEquals(size, mount.size("/p"));
        reader.release();
        return cluster.reads(pipe) - before;
    }

    @Test
    void whatOneMountHasReadAnotherNeedNotRead() {
        append(5000);
        read();
        int reads = readsFor(5_000_000);
        assertTrue(reads <= 9, reads + " reads of 50 chunks");
        append(30);
        reads = readsFor(5_030_000);
        assertTrue(reads <= 9, reads + " reads of 51 chunks");
    }

    /** As tail does, once it has asked for the size. */
    @Test
    void endIsReadAsSoonAsItIsKnownWhereThatIs() {
        append(5000);
        read();
        FakeFs mount = mount();
        OpenReader reader = mount.tail("/p");
        assertEquals(5_000_000, reader.size());
        mount.settle(pipe);
        int reads = cluster.reads(pipe);
        reader.seek(4_992_000);
        assertEquals((MESSAGE + "\n").repeat(8), reader.read(8000));
        assertEquals(reads, cluster.reads(pipe));
        reader.release();
    }

    @Test
    void whatWasWrittenNeedNotBeRead() {
        FakeFs mount = mount();
        long fh = mount.writer("/p");
        for (int i = 0; i < 300; i++) {
            mount.write(fh, (MESSAGE + "\n").repeat(10)).count();
        }
        int before = cluster.reads(pipe);
        mount.close(fh);
        awaitKept();
        assertEquals(1, cluster.reads(pipe) - before);
        int reads = readsFor(3_000_000);
        assertTrue(reads <= 9, reads + " reads of 30 chunks");
    }

    @Test
    void othersLinesBetweenOnesOwnAreCounted() {
        FakeFs mount = mount();
        long fh = mount.writer("/p");
        for (int i = 0; i < 3000; i++) {
            mount.write(fh, MESSAGE + "\n").count();
            if (i % 1000 == 500) {
                append(1);
            }
        }
        mount.close(fh);
        readsFor(3_003_000);
        OpenReader reader = mount.tail("/p");
        assertEquals(3_003_000, mount.size("/p"));
        reader.release();
    }

    @Test
    void howeverManyAreClosedAtOnceAllAreKept() {
        store.told = new CompletableFuture<>();
        FakeFs mount = mount();
        for (int i = 0; i < 20; i++) {
            cluster.createPipe("many" + i);
            long fh = mount.writer("/many" + i);
            mount.write(fh, (MESSAGE + "\n").repeat(1100)).count();
            mount.close(fh);
        }
        store.told.complete(null);
        mount.fs.close();
        assertEquals(20, store.kept.size());
    }

    @Test
    void smallPipesAreNotWorthIt() {
        append(500);
        FakeFs mount = mount();
        OpenReader reader = mount.tail("/p");
        assertEquals(500_000, mount.size("/p"));
        reader.release();
        mount.fs.close();
        assertEquals(Map.of(), store.kept);
    }

    @Test
    void headThatWasRemovedSinceDoesNotCount() {
        append(5000);
        read();
        cluster.retainFrom(pipe, 1234);
        int reads = readsFor(3_766_000);
        assertTrue(reads <= 10, reads + " reads of 38 chunks");
        cluster.retainFrom(pipe, 4999);
        readsFor(1000);
        cluster.retainFrom(pipe, 5000);
        append(7);
        readsFor(7000);
    }

    /** Another leader, with fewer messages: others have taken the place of those that were lost. */
    @Test
    void messagesThatWereReplacedAreReadAnew() {
        append(5000);
        read();
        cluster.elect(pipe, 3000);
        for (int i = 0; i < 4000; i++) {
            cluster.append(pipe, "y".repeat(99));
        }
        readsFor(3_000_000 + 400_000);
    }

    @Test
    void messagesThatWereLostAreNotCounted() {
        append(5000);
        read();
        cluster.elect(pipe, 3000);
        readsFor(3_000_000);
    }

    /** The very last one may be as it was, and of the same size, but for its leader. */
    @Test
    void lastMessageAloneIsNoProof() {
        append(5000);
        read();
        cluster.elect(pipe, 4000);
        for (int i = 0; i < 999; i++) {
            cluster.append(pipe, "y");
        }
        append(1);
        readsFor(4_000_000 + 2 * 999 + 1000);
    }

    @Test
    void mountThatIsThereLearnsThatMessagesWereLost() {
        append(5000);
        FakeFs mount = mount();
        OpenReader reader = mount.reader("/p");
        assertEquals(5_000_000, reader.read(5_000_000, 100_000).length());
        cluster.elect(pipe, 3000);
        append(10);
        assertEquals((MESSAGE + "\n").repeat(10), reader.read(10_000, 100_000));
        assertEquals(3_010_000, mount.sizeByName("/p"));
        // What it has read does not become shorter.
        assertEquals(5_010_000, reader.size());
    }

    @Test
    void statLearnsThatMessagesWereLost() {
        append(5000);
        FakeFs mount = mount();
        OpenReader reader = mount.tail("/p");
        assertEquals(5_000_000, mount.size("/p"));
        cluster.elect(pipe, 3000);
        // As after a reset: positions are not what they were.
        assertEquals(0, reader.size());
        assertEquals(3_000_000, reader.size());
        reader.release();
        cluster.elect(pipe, 2000);
        // Who opens it now has not known others.
        reader = mount.tail("/p");
        assertEquals(2_000_000, reader.size());
        reader.release();
    }

    /** Else what was counted of messages that are not there any more would have the proof of those that are. */
    @Test
    void nothingIsKeptThatWasCountedBeforeMessagesWereReplaced() {
        append(3000);
        FakeFs mount = mount();
        OpenReader reader = mount.tail("/p");
        assertEquals(3_000_000, reader.size());
        cluster.elect(pipe, 2000);
        for (int i = 0; i < 1000; i++) {
            cluster.append(pipe, "y");
        }
        append(2000);
        reader.size();
        reader.release();
        mount.fs.close();
        store.kept.values().forEach(kept -> assertTrue(kept.end().sequence() <= 3000, kept::toString));
        readsFor(2_000_000 + 2000 + 2_000_000);
    }

    @Test
    void resetByAnotherMountIsNoticedByOneThatWrites() {
        append(2000);
        FakeFs mount = mount();
        long fh = mount.writer("/p");
        OpenReader reader = mount.tail("/p");
        assertEquals(2_000_000, reader.size());
        reader.release();
        cluster.retainFrom(pipe, 2000);
        mount.write(fh, MESSAGE + "\n").count();
        assertEquals(1000, mount.size("/p"));
        mount.close(fh);
    }

    @Test
    void ownLinesThatWereLostAreNotCounted() {
        FakeFs mount = mount();
        long fh = mount.writer("/p");
        for (int i = 0; i < 200; i++) {
            mount.write(fh, (MESSAGE + "\n").repeat(10)).count();
        }
        cluster.elect(pipe, 1500);
        for (int i = 0; i < 200; i++) {
            mount.write(fh, "y\n".repeat(10)).count();
        }
        mount.close(fh);
        readsFor(1_500_000 + 4000);
        OpenReader reader = mount.tail("/p");
        assertEquals(1_500_000 + 4000, reader.size());
        reader.release();
    }

    @Test
    void nonsenseIsNotBelieved() {
        append(5000);
        read();
        IndexSnapshot right = Objects.requireNonNull(store.kept.get(pipe));
        store.kept.put(pipe, right.withEpoch(7));
        readsFor(5_000_000);
        store.kept.put(pipe, right.withEpoch(-1));
        readsFor(5_000_000);
        store.kept.put(pipe, new IndexSnapshot(right.marks(), new Mark(9_000_000, 9000), 5, 8999, right.epoch()));
        readsFor(5_000_000);
    }

    @Test
    void storeThatDoesNotAnswerHoldsUpNobodyForLong() {
        append(5000);
        IndexStore stuck = new IndexStore() {
            @Override
            public CompletableFuture<List<IndexSnapshot>> load(PipeId asked) {
                return new CompletableFuture<>();
            }

            @Override
            public CompletableFuture<Void> save(PipeId asked, IndexSnapshot snapshot) {
                return CompletableFuture.failedFuture(new IllegalStateException("for this test"));
            }
        };
        FakeFs mount = new FakeFs(cluster, stuck);
        mounts.add(mount);
        OpenReader reader = mount.tail("/p");
        assertEquals(5_000_000, mount.size("/p"));
        reader.release();
    }
}
