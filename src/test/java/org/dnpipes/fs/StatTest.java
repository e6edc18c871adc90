package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.dnpipes.fs.FsOptions.End;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Engine;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.LocalPresence;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What stat(2) tells. */
@Timeout(60)
class StatTest {
    private static final int MIB = 1 << 20;

    private FakeFs fs = new FakeFs();

    @AfterEach
    void close() {
        fs.close();
    }

    private Attributes stat(String path) {
        return fs.fs.getattr(path, FakeFs.caller());
    }

    private PipeId large(String name, int mib) {
        PipeId pipe = fs.cluster.createPipe(name);
        String message = "x".repeat(MIB / 2 - 1);
        for (int i = 0; i < 2 * mib; i++) {
            fs.cluster.append(pipe, message);
        }
        return pipe;
    }

    @Test
    void smallPipeThatNobodyHasOpenedHasItsExactSize() {
        fs.pipe("p", "a", "bcd", "");
        assertEquals(7, fs.size("/p"));
    }

    @Test
    void sizeGrowsWithEveryMessage() {
        PipeId pipe = fs.pipe("p", "a");
        assertEquals(2, fs.size("/p"));
        fs.cluster.append(pipe, "bc");
        assertEquals(5, fs.size("/p"));
    }

    @Test
    void largePipeThatNobodyHasOpenedIsAtLeastAMultipleOf4096() {
        fs.cluster.append(large("p", 6), "unaligned");
        long size = fs.size("/p");
        assertEquals(0, size % 4096);
        assertTrue(size >= 4L * MIB - 4096 && size <= 6L * MIB + 10, "size " + size);
    }

    @Test
    void largePipeThatIsOpenHasItsExactSize() {
        PipeId pipe = large("p", 6);
        fs.cluster.append(pipe, "unaligned");
        fs.reader("/p");
        assertEquals(6L * MIB + 10, fs.size("/p"));
    }

    @Test
    void largePipeThatWasReadHereHasItsExactSizeAlsoWhenItIsClosed() {
        PipeId pipe = large("p", 6);
        fs.cluster.append(pipe, "unaligned");
        OpenReader reader = fs.reader("/p");
        reader.read(6L * MIB + 10, 128 * 1024);
        reader.release();
        assertEquals(6L * MIB + 10, fs.size("/p"));
    }

    @Test
    void sizeStopsBeforeAnOpenTransaction() {
        PipeId pipe = fs.pipe("p", "a");
        var transaction = fs.cluster.begin(pipe).append("bc");
        assertEquals(2, fs.size("/p"));
        transaction.commit();
        assertEquals(5, fs.size("/p"));
    }

    @Test
    void whatRetentionRemovedDoesNotCountForAPipeThatNobodyHasOpen() {
        PipeId pipe = fs.pipe("p", "a", "bcd");
        assertEquals(6, fs.size("/p"));
        fs.cluster.retainFrom(pipe, 1);
        assertEquals(4, fs.size("/p"));
    }

    @Test
    void sizeDoesNotShrinkByRetentionWhileThePipeIsOpen() {
        PipeId pipe = fs.pipe("p", "a", "bcd");
        OpenReader plain = fs.reader("/p");
        assertEquals("a", plain.read(1));
        OpenReader tail = fs.tail("/p");
        assertEquals(6, fs.size("/p"));
        fs.cluster.retainFrom(pipe, 1);
        assertEquals(6, fs.size("/p"));
        assertEquals(6, plain.size());
        assertEquals(6, tail.size());
    }

    @Test
    void whoOpensAPipeNowIsToldOfWhatIsLeftThoughOthersHaveItOpen() {
        PipeId pipe = fs.pipe("p", "a", "bcd");
        assertEquals(6, fs.tail("/p").size());
        fs.cluster.retainFrom(pipe, 1);
        assertEquals(4, fs.sizeByName("/p"));
        OpenReader late = fs.tail("/p");
        assertEquals(4, late.size());
        assertEquals("bcd\n", late.readAll());
    }

    @Test
    void stuckPipeThatIsOpenHasALowerBoundAfterAMoment() {
        fs.close();
        fs = new FakeFs(FakeFs.OPTIONS, new LocalPresence(), StatTest::withoutReads);
        fs.pipe("p", "x".repeat(100_000));
        OpenReader reader = fs.reader("/p");
        long size = fs.sizeByName("/p");
        assertEquals(0, size % 4096, "size " + size);
        // tail -c would believe more of an open file.
        assertTrue(reader.size() <= 4096);
    }

    @Test
    void sizeFitsTheBlocks() {
        fs.pipe("p", "x".repeat(512));
        assertEquals(513, stat("/p").size());
        assertEquals(2, stat("/p").blocks());
        fs.pipe("q");
        assertEquals(0, stat("/q").blocks());
    }

    @Test
    void modificationTimeIsThatOfTheNewestMessage() {
        fs.cluster.now(Instant.ofEpochSecond(1_600_000_000));
        PipeId pipe = fs.pipe("p", "a", "b");
        assertEquals(
                Instant.ofEpochSecond(1_600_000_000).plusMillis(1), stat("/p").modified());
        fs.cluster.now(Instant.ofEpochSecond(1_700_000_000));
        fs.cluster.append(pipe, "c");
        assertEquals(Instant.ofEpochSecond(1_700_000_000), stat("/p").modified());
    }

    @Test
    void modificationTimeOfALargePipeThatNobodyHasOpenedIsAskedFor() {
        fs.cluster.now(Instant.ofEpochSecond(1_600_000_000));
        large("p", 6);
        assertEquals(
                Instant.ofEpochSecond(1_600_000_000).plusMillis(11), stat("/p").modified());
    }

    @Test
    void modesFollowTheUmaskAndOwnersTheOptions() {
        fs.close();
        fs = new FakeFs(new FsOptions(End.WRITERS, false, true, false, false, 7, 8, 027, Duration.ofSeconds(5)));
        fs.pipe("p");
        fs.cluster.createTopic("many", 2);
        assertEquals(Attributes.S_IFREG | 0640, stat("/p").mode());
        assertEquals(Attributes.S_IFREG | 0640, stat("/many/1").mode());
        assertEquals(Attributes.S_IFDIR | 0750, stat("/").mode());
        assertEquals(Attributes.S_IFDIR | 0750, stat("/many").mode());
        assertEquals(7, stat("/p").uid());
        assertEquals(8, stat("/").gid());
        assertEquals(1, stat("/p").links());
    }

    /** A process that gets a signal as soon as its request waits, and asks {@code then} how that goes on. */
    private Caller signalled(Runnable then) {
        return new Caller() {
            @Override
            public int tid() {
                return FakeFs.TID;
            }

            @Override
            public boolean looksUp() {
                return false;
            }

            @Override
            public boolean isInterrupted() {
                then.run();
                return true;
            }
        };
    }

    @Test
    void signalThatKillsEndsAStatThatWaits() {
        fs.pipe("p");
        fs.cluster.pause();
        Caller caller = signalled(() -> fs.processes.kill(FakeFs.TID));
        FakeFs.assertErrno(Errno.EINTR, () -> fs.fs.getattr("/p", caller));
    }

    @Test
    void signalThatKillsEndsAStatThatAnotherSignalHasNotEnded() {
        fs.pipe("p");
        fs.cluster.pause();
        AtomicInteger looks = new AtomicInteger();
        Caller caller = signalled(() -> {
            if (looks.incrementAndGet() == 3) {
                fs.processes.kill(FakeFs.TID);
            }
        });
        FakeFs.assertErrno(Errno.EINTR, () -> fs.fs.getattr("/p", caller));
        assertEquals(3, looks.get());
    }

    @Test
    void signalThatDoesNotKillLeavesAStatWaiting() {
        fs.pipe("p", "abc");
        fs.cluster.pause();
        AtomicInteger looks = new AtomicInteger();
        Caller caller = signalled(() -> {
            if (looks.incrementAndGet() == 2) {
                fs.cluster.resume();
            }
        });
        assertEquals(4, fs.fs.getattr("/p", caller).size());
    }

    @Test
    void endOfTheFileSystemEndsAStatThatWaits() {
        fs.pipe("p");
        fs.cluster.pause();
        Thread ending = new Thread(() -> {
            fs.cluster.awaitUnanswered(1);
            fs.fs.close();
        });
        ending.start();
        FakeFs.assertErrno(Errno.ENOTCONN, () -> fs.size("/p"));
    }

    @Test
    void clusterThatDoesNotAnswerIsATimeout() {
        fs.close();
        fs = new FakeFs(new FsOptions(End.WRITERS, false, true, false, false, 0, 0, 0, Duration.ofMillis(50)));
        fs.pipe("p");
        fs.cluster.pause();
        FakeFs.assertErrno(Errno.ETIMEDOUT, () -> fs.size("/p"));
    }

    /** GNU tail -f gives up when fstat(2) fails. */
    @Test
    void openFileHasTheSizeThatWasToldLastWhileTheClusterDoesNotAnswer() {
        fs.close();
        fs = new FakeFs(new FsOptions(End.WRITERS, false, true, false, false, 0, 0, 0, Duration.ofMillis(50)));
        PipeId pipe = fs.pipe("p", "abc");
        long fh = fs.reader("/p").fh();
        long other = fs.reader("/p").fh();
        Attributes before = fs.fs.fgetattr(fh, FakeFs.caller());
        assertEquals(4, before.size());
        fs.cluster.append(pipe, "d");
        fs.cluster.pause();
        assertEquals(before, fs.fs.fgetattr(fh, FakeFs.caller()));
        FakeFs.assertErrno(Errno.ETIMEDOUT, () -> fs.fs.fgetattr(other, FakeFs.caller()));
        FakeFs.assertErrno(Errno.ETIMEDOUT, () -> fs.size("/p"));
        fs.cluster.resume();
        assertEquals(6, fs.fs.fgetattr(fh, FakeFs.caller()).size());
    }

    /** BusyBox tail -f takes a file that is shorter than what it has read for truncated, and begins anew. */
    @Test
    void sizeThatIsToldOnceMoreIsNoLessThanWhatWasReadSince() {
        fs.close();
        fs = new FakeFs(new FsOptions(End.WRITERS, false, true, false, false, 0, 0, 0, Duration.ofMillis(50)));
        PipeId pipe = fs.pipe("p", "abc");
        OpenReader reader = fs.reader("/p");
        assertEquals(4, fs.fs.fgetattr(reader.fh(), FakeFs.caller()).size());
        fs.cluster.append(pipe, "d");
        assertEquals("abc\nd\n", reader.read());
        fs.cluster.pause();
        assertEquals(6, fs.fs.fgetattr(reader.fh(), FakeFs.caller()).size());
    }

    /** What it was told before may have been a lower bound. */
    @Test
    void whoAsksForTheEndIsNotToldWhatWasToldBeforeHeAskedForIt() {
        fs.close();
        fs = new FakeFs(new FsOptions(End.WRITERS, false, true, false, false, 0, 0, 0, Duration.ofMillis(50)));
        fs.pipe("p", "abc");
        long fh = fs.reader("/p").fh();
        assertEquals(4, fs.fs.fgetattr(fh, FakeFs.caller()).size());
        fs.cluster.pause();
        fs.fs.openFiles().soughtEnd(fh);
        FakeFs.assertErrno(Errno.ETIMEDOUT, () -> fs.fs.fgetattr(fh, FakeFs.caller()));
    }

    @Test
    void openPipeIsLookedAtWithoutAskingForItsName() {
        fs.pipe("p", "a");
        fs.open("/p", FakeFs.O_RDONLY);
        fs.cluster.failCatalog(new PipeFailure(Reason.TIMED_OUT, "no answer"));
        assertEquals(2, fs.size("/p"));
    }

    @Test
    void nameIsAskedForAgainWhenTheLastFileIsClosed() {
        fs.pipe("p", "a");
        long fh = fs.open("/p", FakeFs.O_RDONLY);
        fs.close(fh);
        fs.cluster.failCatalog(new PipeFailure(Reason.TIMED_OUT, "no answer"));
        FakeFs.assertErrno(Errno.ETIMEDOUT, () -> fs.size("/p"));
    }

    @Test
    void topicThatWasMadeAnewIsFoundAlthoughTheOldOneIsOpen() {
        fs.pipe("p", "a");
        fs.open("/p", FakeFs.O_RDONLY);
        fs.cluster.append(fs.cluster.recreateTopic("p").pipe(0), "bcd");
        assertEquals(4, fs.sizeByName("/p"));
        FakeFs.assertErrno(Errno.ESTALE, () -> fs.size("/p"));
    }

    @Test
    void whoAsksAboutAPipeThatOwesAnAnswerDoesNotWaitAsLongAgain() {
        PipeId id = fs.pipe("p", "a");
        AtomicLong now = new AtomicLong();
        SharedPipe pipe = new SharedPipe(id, FakeFs.withoutCache(fs.cluster.source(), fs.cluster, now::get));
        Duration patience = Duration.ofSeconds(10);
        fs.cluster.pause();
        CompletableFuture<Extent> unanswered = pipe.extent();
        assertEquals(patience, pipe.left(patience));
        now.addAndGet(Duration.ofSeconds(4).toNanos());
        pipe.extent();
        assertEquals(Duration.ofSeconds(6), pipe.left(patience));
        now.addAndGet(Duration.ofSeconds(100).toNanos());
        assertEquals(Duration.ofMillis(300), pipe.left(patience));
        fs.cluster.resume();
        unanswered.join();
        fs.settle(id);
        assertEquals(patience, pipe.left(patience));
    }

    @Test
    void answerToAnOlderQuestionLeavesANewerOneOwed() {
        PipeId id = fs.pipe("p", "a");
        AtomicLong now = new AtomicLong();
        List<CompletableFuture<Extent>> asked = new CopyOnWriteArrayList<>();
        Source source = new Source() {
            @Override
            public CompletableFuture<Extent> extent(PipeId pipe) {
                CompletableFuture<Extent> extent = new CompletableFuture<>();
                asked.add(extent);
                return extent;
            }

            @Override
            public CompletableFuture<Instant> newest(PipeId pipe) {
                return fs.cluster.source().newest(pipe);
            }

            @Override
            public CompletableFuture<Long> firstSince(PipeId pipe, Instant time) {
                return fs.cluster.source().firstSince(pipe, time);
            }

            @Override
            public CompletableFuture<Chunk> read(PipeId pipe, long from) {
                return fs.cluster.source().read(pipe, from);
            }
        };
        SharedPipe pipe = new SharedPipe(id, FakeFs.withoutCache(source, fs.cluster, now::get));
        Duration patience = Duration.ofSeconds(10);
        pipe.extent();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        pipe.extent();
        asked.get(0).complete(new Extent(0, 1, 1));
        now.addAndGet(Duration.ofSeconds(4).toNanos());
        assertEquals(Duration.ofSeconds(6), pipe.left(patience));
        asked.get(1).complete(new Extent(0, 1, 1));
        assertEquals(patience, pipe.left(patience));
    }

    @Test
    void failureToReadIsTold() {
        PipeId pipe = fs.pipe("p", "a");
        fs.cluster.failReads(pipe, new PipeFailure(Reason.GONE, "not here"));
        FakeFs.assertErrno(Errno.ESTALE, () -> fs.size("/p"));
    }

    @Test
    void whoMayNotReadIsToldALowerBoundOfTheSize() {
        PipeId pipe = fs.pipe("p", "a");
        fs.cluster.failReads(pipe, new PipeFailure(Reason.UNAUTHORIZED, "not you"));
        assertEquals(0, fs.size("/p"));
    }

    @Test
    void whoMayOnlyWriteCanLookAtThePipeOpenAndWriteIt() {
        PipeId pipe = fs.pipe("p");
        fs.cluster.failReads(pipe, new PipeFailure(Reason.UNAUTHORIZED, "not you"));
        fs.cluster.failLooks(pipe, new PipeFailure(Reason.UNAUTHORIZED, "not you"));
        assertEquals(0, fs.size("/p"));
        long fh = fs.writer("/p");
        assertEquals(0, fs.fs.fgetattr(fh, FakeFs.caller()).size());
        assertEquals(2, fs.write(fh, "a\n").count());
        assertEquals(0, fs.flush(fh).count());
    }

    @Test
    void readingForASizeEndsWhenNobodyWaitsForItAnyMore() {
        fs.close();
        List<CompletableFuture<Chunk>> reads = new CopyOnWriteArrayList<>();
        fs = new FakeFs(FakeFs.OPTIONS, new LocalPresence(), engine -> reading(engine, reads));
        fs.pipe("p", "abc");
        fs.reader("/p");
        assertEquals(0, fs.size("/p"));
        assertEquals(
                List.of(true),
                reads.stream().map(CompletableFuture::isCancelled).toList());
    }

    /** tail of one process needs the exact size; ls of another one must not wait for that. */
    @Test
    void onlyTheProcessThatReliesOnTheSizeWaitsForIt() {
        fs.close();
        List<CompletableFuture<Chunk>> reads = new CopyOnWriteArrayList<>();
        fs = new FakeFs(FakeFs.OPTIONS, new LocalPresence(), engine -> reading(engine, reads));
        fs.pipe("p", "abc");
        fs.tail("/p");
        assertEquals(0, fs.fs.getattr("/p", FakeFs.caller(FakeFs.TID + 1)).size());
    }

    /** The head that is left lies between two places that are known, and nobody can count. */
    @Test
    void whoMayOnlyWriteIsToldALowerBoundAlsoWhenTheHeadWasRemoved() {
        assertLowerBoundWhenTheHeadCannotBeRead(new PipeFailure(Reason.UNAUTHORIZED, "not you"));
    }

    @Test
    void whatCannotBeReadNowHasALowerBoundAlsoWhenTheHeadWasRemoved() {
        assertLowerBoundWhenTheHeadCannotBeRead(new PipeFailure(Reason.FAILED, "no thread can be made"));
    }

    private void assertLowerBoundWhenTheHeadCannotBeRead(PipeFailure failure) {
        PipeId pipe = fs.pipe("p");
        fs.cluster.failReads(pipe, failure);
        long writer = fs.writer("/p");
        for (int i = 0; i < 400; i++) {
            assertEquals(1000, fs.write(writer, "x".repeat(999) + "\n").count());
        }
        assertEquals(400_000, fs.sizeByName("/p"));
        fs.cluster.retainFrom(pipe, 75);
        long size = fs.sizeByName("/p");
        assertTrue(size % 4096 == 0 && size > 250_000 && size <= 325_000, "size " + size);
    }

    /** It would begin to read where that says. */
    @Test
    void whoReliesOnTheSizeIsToldNoLowerBoundWhenTheHeadWasRemoved() {
        PipeId pipe = fs.pipe("p");
        long writer = fs.writer("/p");
        for (int i = 0; i < 400; i++) {
            assertEquals(
                    1000,
                    fs.write(writer, "%03d".formatted(i) + "x".repeat(996) + "\n")
                            .count());
        }
        fs.cluster.failReads(pipe, new PipeFailure(Reason.FAILED, "no thread can be made"));
        fs.cluster.retainFrom(pipe, 75);
        OpenReader tail = fs.tail("/p");
        FakeFs.assertErrno(Errno.EIO, tail::size);
        fs.cluster.heal();
        assertEquals(325_000, tail.size());
        assertEquals("075", tail.read(3));
    }

    /** No answer in time is no answer for ever: who relies on a size waits for it. */
    @Test
    void sizeThatATailReliesOnComesWhenReadsSucceedAgain() {
        PipeId pipe = fs.pipe("p", "abc");
        OpenReader tail = fs.tail("/p");
        fs.cluster.failReads(pipe, new PipeFailure(Reason.TIMED_OUT, "no answer"));
        int before = fs.cluster.looks(pipe);
        CompletableFuture<Long> size = CompletableFuture.supplyAsync(tail::size);
        while (fs.cluster.looks(pipe) < before + 2) {
            Thread.onSpinWait();
        }
        fs.cluster.heal();
        assertEquals(4, size.orTimeout(10, TimeUnit.SECONDS).join());
    }

    @Test
    void signalThatKillsEndsATailWhoseReadsFail() {
        PipeId pipe = fs.pipe("p", "abc");
        OpenReader tail = fs.tail("/p");
        fs.cluster.failReads(pipe, new PipeFailure(Reason.TIMED_OUT, "no answer"));
        Caller caller = signalled(() -> fs.processes.kill(FakeFs.TID));
        CompletableFuture<Attributes> stat = CompletableFuture.supplyAsync(() -> fs.fs.fgetattr(tail.fh(), caller));
        FakeFs.assertErrno(Errno.EINTR, () -> {
            try {
                stat.get(10, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause();
            }
        });
    }

    private static Engine withoutReads(Engine engine) {
        return reading(engine, new CopyOnWriteArrayList<>());
    }

    /** @param all gets each read */
    private static Engine reading(Engine engine, List<CompletableFuture<Chunk>> all) {
        Source source = engine.source();
        Source stuck = new Source() {
            @Override
            public CompletableFuture<Extent> extent(PipeId pipe) {
                return source.extent(pipe);
            }

            @Override
            public CompletableFuture<Instant> newest(PipeId pipe) {
                return source.newest(pipe);
            }

            @Override
            public CompletableFuture<Long> firstSince(PipeId pipe, Instant time) {
                return source.firstSince(pipe, time);
            }

            @Override
            public CompletableFuture<Chunk> read(PipeId pipe, long from) {
                CompletableFuture<Chunk> never = new CompletableFuture<>();
                all.add(never);
                return never;
            }
        };
        return new Engine(engine.catalog(), stuck, engine.sink(), engine.presence(), engine.indexes());
    }
}
