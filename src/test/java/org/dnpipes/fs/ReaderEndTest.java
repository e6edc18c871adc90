package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletableFuture;
import org.dnpipes.fs.FsOptions.End;
import org.dnpipes.pipe.LocalPresence;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.WriterPresence;
import org.dnpipes.pipe.WriterPresence.Writers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kinds of readers find at the end of a pipe. */
@Timeout(60)
class ReaderEndTest {
    private FakeFs fs = new FakeFs();

    @AfterEach
    void close() {
        fs.close();
    }

    private void with(FsOptions options) {
        fs.close();
        fs = new FakeFs(options);
    }

    @Test
    void plainReaderOfAnEmptyPipeWaitsForAFirstWriter() {
        PipeId pipe = fs.pipe("p");
        OpenReader reader = fs.reader("/p");
        Reply read = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, read);
    }

    @Test
    void plainReaderSeesTheEndWhenAFirstWriterHasClosedWithoutALine() {
        PipeId pipe = fs.pipe("p");
        Reply read = fs.reader("/p").start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        long writer = fs.writer("/p");
        fs.assertWaits(pipe, read);
        fs.close(writer);
        assertEquals("", read.text());
    }

    @Test
    void plainReaderThatHasReadSomethingNeedsNoWriterToSeeTheEnd() {
        fs.pipe("p", "a", "b");
        assertEquals("a\nb\n", fs.reader("/p").readAll());
    }

    /** Like tail -c +100, or dd skip=. */
    @Test
    void plainReaderThatHasSkippedAllThereIsNeedsNoWriterToSeeTheEnd() {
        fs.pipe("p", "a", "b");
        OpenReader reader = fs.reader("/p");
        reader.seek(100);
        assertEquals("", reader.read());
    }

    @Test
    void plainReaderWaitsAsLongAsAWriterIsThere() {
        PipeId pipe = fs.pipe("p", "a");
        long writer = fs.writer("/p");
        OpenReader reader = fs.reader("/p");
        assertEquals("a\n", reader.read());
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, waiting);
        fs.write(writer, "b\n");
        assertEquals("b\n", reader.moved(waiting.text()));
        Reply last = reader.start();
        fs.assertWaits(pipe, last);
        fs.close(writer);
        assertEquals("", last.text());
    }

    @Test
    void plainReaderSeesTheEndWhenTheLastOfTwoWritersHasClosed() {
        PipeId pipe = fs.pipe("p", "a");
        long first = fs.writer("/p");
        long second = fs.writer("/p");
        OpenReader reader = fs.reader("/p");
        reader.read();
        Reply waiting = reader.start();
        fs.close(first);
        fs.assertWaits(pipe, waiting);
        fs.close(second);
        assertEquals("", waiting.text());
    }

    @Test
    void endComesNotBeforeTheLinesOfTheLastWriter() {
        PipeId pipe = fs.pipe("p");
        Reply waiting = fs.reader("/p").start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.cluster.holdAcknowledgements();
        long writer = fs.writer("/p");
        fs.write(writer, "late\n");
        fs.cluster.awaitUnacknowledged(pipe, 1);
        fs.close(writer);
        fs.assertWaits(pipe, waiting);
        fs.cluster.releaseAcknowledgements();
        assertEquals("late\n", waiting.text());
    }

    @Test
    void endComesNotBeforeWhatAWriterElsewhereHasAnnounced() {
        LocalPresence everywhere = new LocalPresence();
        fs.close();
        fs = new FakeFs(FakeFs.OPTIONS, everywhere, engine -> engine);
        PipeId pipe = fs.pipe("p", "a");
        OpenReader reader = fs.reader("/p");
        assertEquals("a\n", reader.read());
        var elsewhere = everywhere.opened(pipe, () -> {}).join();
        Reply waiting = reader.start();
        // As if a leader that is behind were asked: the announced message is not there yet.
        elsewhere.closed(2).join();
        fs.assertWaits(pipe, waiting);
        fs.cluster.append(pipe, "b");
        assertEquals("b\n", reader.moved(waiting.text()));
        assertEquals("", reader.read());
    }

    @Test
    void plainReaderWaitsWhenNobodyCanBeAskedForWriters() {
        fs.close();
        fs = new FakeFs(FakeFs.OPTIONS, new StubPresence(Reason.TIMED_OUT), engine -> engine);
        PipeId pipe = fs.pipe("p", "a");
        OpenReader reader = fs.reader("/p");
        assertEquals("a\n", reader.read());
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, waiting);
        OpenReader other = fs.reader("/p");
        other.read();
        assertEquals(Errno.ETIMEDOUT, other.startNonBlocking().errno());
    }

    @Test
    void plainReaderIsToldThatItMayNotAskForWriters() {
        fs.close();
        fs = new FakeFs(FakeFs.OPTIONS, new StubPresence(Reason.UNAUTHORIZED), engine -> engine);
        fs.pipe("p", "a");
        OpenReader reader = fs.reader("/p");
        assertEquals("a\n", reader.read());
        assertEquals(Errno.EACCES, reader.start().errno());
        assertEquals(Errno.EACCES, reader.start().errno());
    }

    /** As presence does when a writer comes at that moment. */
    @Test
    void writerThatComesWhileTheReaderOpensDoesNoHarm() {
        fs.close();
        fs = new FakeFs(FakeFs.OPTIONS, new HastyPresence(), engine -> engine);
        fs.pipe("p", "a");
        assertEquals("a\n", fs.reader("/p").read());
    }

    @Test
    void plainReaderWaitsBehindAnOpenTransaction() {
        PipeId pipe = fs.pipe("p", "a");
        var transaction = fs.cluster.begin(pipe).append("b");
        OpenReader reader = fs.reader("/p");
        assertEquals("a\n", reader.read());
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, waiting);
        transaction.commit();
        assertEquals("b\n", reader.moved(waiting.text()));
        assertEquals("", reader.read());
    }

    @Test
    void plainReaderSeesTheEndBehindAnAbortedTransaction() {
        PipeId pipe = fs.pipe("p", "a");
        var transaction = fs.cluster.begin(pipe).append("b");
        OpenReader reader = fs.reader("/p");
        reader.read();
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        transaction.abort();
        assertEquals("", waiting.text());
    }

    /** What was found out when the reader came to the transaction says nothing about who writes when it is over. */
    @Test
    void endBehindATransactionNeedsAFreshLookAtTheWriters() {
        fs.close();
        StubPresence presence = new StubPresence(new Writers(false, true, 0));
        fs = new FakeFs(FakeFs.OPTIONS, presence, e -> e);
        PipeId pipe = fs.pipe("p", "a");
        var transaction = fs.cluster.begin(pipe).append("b");
        OpenReader reader = fs.reader("/p");
        assertEquals("a\n", reader.read());
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, waiting);
        presence.answer = CompletableFuture.completedFuture(new Writers(true, true, 0));
        transaction.abort();
        fs.assertWaits(pipe, waiting);
    }

    @Test
    void writerThatOpenedNonBlockingCountsFromItsFirstWrite() {
        PipeId pipe = fs.pipe("p");
        Reply waiting = fs.reader("/p").start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.close(fs.open("/p", FakeFs.O_WRONLY | FakeFs.O_NONBLOCK));
        fs.assertWaits(pipe, waiting);
    }

    @Test
    void followWaitsWithoutWriters() {
        PipeId pipe = fs.pipe("p", "a");
        OpenReader reader = fs.reader("/p@follow");
        assertEquals("a\n", reader.read());
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.close(fs.writer("/p"));
        fs.assertWaits(pipe, waiting);
        fs.cluster.append(pipe, "b");
        assertEquals("b\n", waiting.text());
    }

    @Test
    void followWaitsAlsoAfterSeekingTheEnd() {
        PipeId pipe = fs.pipe("p");
        Reply waiting = fs.tail("/p@follow").start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, waiting);
    }

    @Test
    void followNonBlockingIsAlwaysToldToTryAgain() {
        fs.pipe("p");
        assertEquals(Errno.EAGAIN, fs.reader("/p@follow").startNonBlocking().errno());
    }

    @Test
    void snapshotEndsWhereThePipeEndedAtOpenAlsoWithAWriter() {
        PipeId pipe = fs.pipe("p", "a", "b");
        fs.writer("/p");
        OpenReader reader = fs.reader("/p@snapshot");
        fs.cluster.append(pipe, "c");
        assertEquals("a\nb\n", reader.readAll());
    }

    @Test
    void snapshotOfAnEmptyPipeIsEmpty() {
        PipeId pipe = fs.pipe("p");
        OpenReader reader = fs.reader("/p@snapshot");
        fs.cluster.append(pipe, "later");
        assertEquals("", reader.read());
    }

    @Test
    void snapshotWaitsForATransactionThatWasOpen() {
        PipeId pipe = fs.pipe("p", "a");
        var transaction = fs.cluster.begin(pipe).append("b");
        OpenReader reader = fs.reader("/p@snapshot");
        assertEquals("a\n", reader.read());
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, waiting);
        transaction.commit();
        fs.cluster.append(pipe, "after the snapshot");
        assertEquals("b\n", reader.moved(waiting.text()));
        assertEquals("", reader.read());
    }

    @Test
    void nonBlockingReaderIsToldToTryAgainWhileThereIsAWriter() {
        fs.pipe("p", "a");
        long writer = fs.writer("/p");
        OpenReader reader = fs.reader("/p");
        assertEquals("a\n", reader.readNonBlocking());
        assertEquals(Errno.EAGAIN, reader.startNonBlocking().errno());
        fs.close(writer);
        assertEquals("", reader.readNonBlocking());
    }

    @Test
    void nonBlockingReaderOfAnEmptyPipeWithoutAWriterSeesTheEnd() {
        fs.pipe("p");
        assertEquals("", fs.reader("/p").readNonBlocking());
    }

    @Test
    void flagOfEachReadCounts() {
        PipeId pipe = fs.pipe("p");
        fs.writer("/p");
        OpenReader reader = fs.reader("/p");
        assertEquals(Errno.EAGAIN, reader.startNonBlocking().errno());
        Reply blocking = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, blocking);
    }

    @Test
    void nonBlockingReadFindsWhatIsThereOnlyInTheCluster() {
        PipeId pipe = fs.pipe("p", "a");
        OpenReader reader = fs.reader("/p");
        reader.read();
        assertEquals("", reader.readNonBlocking());
        fs.cluster.append(pipe, "b");
        assertEquals("b\n", reader.readNonBlocking());
    }

    @Test
    void seekingReaderSeesTheEndAlsoWithAWriterAndMoreLater() {
        PipeId pipe = fs.pipe("p", "a");
        fs.writer("/p");
        OpenReader reader = fs.tail("/p");
        assertEquals("a\n", reader.readAll());
        fs.cluster.append(pipe, "b");
        assertEquals("b\n", reader.readAll());
    }

    @Test
    void seekingReaderOfAnEmptyPipeDoesNotWait() {
        fs.pipe("p");
        assertEquals("", fs.tail("/p").read());
    }

    @Test
    void seekingReaderStopsBeforeAnOpenTransaction() {
        PipeId pipe = fs.pipe("p", "a");
        fs.cluster.begin(pipe).append("b");
        assertEquals("a\n", fs.tail("/p").readAll());
    }

    @Test
    void askingForTheEndAfterTheFirstReadChangesNothing() {
        PipeId pipe = fs.pipe("p", "a");
        fs.writer("/p");
        OpenReader reader = fs.reader("/p");
        reader.read();
        fs.fs.openFiles().soughtEnd(reader.fh());
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, waiting);
    }

    @Test
    void eofNeverWaitsWithoutWriters() {
        with(FakeFs.ending(End.NEVER));
        PipeId pipe = fs.pipe("p", "a");
        OpenReader reader = fs.reader("/p");
        reader.read();
        fs.close(fs.writer("/p"));
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, waiting);
    }

    @Test
    void eofNeverLeavesSeekingAndNonBlockingReadersAndSnapshotsAsTheyAre() {
        with(FakeFs.ending(End.NEVER));
        fs.pipe("p", "a");
        assertEquals("a\n", fs.tail("/p").readAll());
        assertEquals("a\n", fs.reader("/p@snapshot").readAll());
        OpenReader nonBlocking = fs.reader("/p");
        nonBlocking.read();
        assertEquals("", nonBlocking.readNonBlocking());
    }

    @Test
    void eofEndEndsWithAWriterThere() {
        with(FakeFs.ending(End.END));
        PipeId pipe = fs.pipe("p", "a");
        fs.writer("/p");
        OpenReader reader = fs.reader("/p");
        assertEquals("a\n", reader.readAll());
        fs.cluster.append(pipe, "b");
        assertEquals("b\n", reader.readAll());
    }

    @Test
    void eofEndDoesNotEndFollow() {
        with(FakeFs.ending(End.END));
        PipeId pipe = fs.pipe("p");
        Reply waiting = fs.reader("/p@follow").start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, waiting);
    }

    @Test
    void newStartsBehindWhatIsThereAndWaitsForAFirstWriter() {
        PipeId pipe = fs.pipe("p", "old");
        OpenReader reader = fs.reader("/p@new");
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, waiting);
        long writer = fs.writer("/p");
        fs.write(writer, "new\n");
        assertEquals("new\n", reader.moved(waiting.text()));
        fs.close(writer);
        assertEquals("", reader.read());
    }

    @Test
    void newWithSnapshotIsEmpty() {
        PipeId pipe = fs.pipe("p", "old");
        OpenReader reader = fs.reader("/p@new,snapshot");
        fs.cluster.append(pipe, "new");
        assertEquals("", reader.read());
    }

    @Test
    void newWithFollowWaitsAlsoAfterWriters() {
        PipeId pipe = fs.pipe("p", "old");
        OpenReader reader = fs.reader("/p@new,follow");
        long writer = fs.writer("/p");
        fs.write(writer, "new\n");
        assertEquals("new\n", reader.read());
        fs.close(writer);
        Reply waiting = reader.start();
        fs.cluster.awaitWaitingReads(pipe, 1);
        fs.assertWaits(pipe, waiting);
    }

    /** Says of the writers what a test says, and never that it has changed. */
    private static final class StubPresence implements WriterPresence {
        volatile CompletableFuture<Writers> answer;

        StubPresence(Writers writers) {
            this.answer = CompletableFuture.completedFuture(writers);
        }

        /** Cannot be asked, as when the cluster is away. */
        StubPresence(Reason reason) {
            this.answer = CompletableFuture.failedFuture(new PipeFailure(reason, "nobody answers"));
        }

        @Override
        public CompletableFuture<Counted> opened(PipeId pipe, Runnable whenLapsed) {
            return new LocalPresence().opened(pipe, whenLapsed);
        }

        @Override
        public void close() {
            // Nothing is held.
        }

        @Override
        public Watch watch(PipeId pipe, Runnable changed) {
            return new Watch() {
                @Override
                public CompletableFuture<Void> began() {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public CompletableFuture<Writers> look() {
                    return answer;
                }

                @Override
                public void close() {
                    // Nothing is held.
                }
            };
        }
    }

    /** Tells of a change before the watch is there. */
    private static final class HastyPresence implements WriterPresence {
        private final LocalPresence local = new LocalPresence();

        @Override
        public CompletableFuture<Counted> opened(PipeId pipe, Runnable whenLapsed) {
            return local.opened(pipe, whenLapsed);
        }

        @Override
        public Watch watch(PipeId pipe, Runnable changed) {
            changed.run();
            return local.watch(pipe, changed);
        }

        @Override
        public void close() {
            local.close();
        }
    }
}
