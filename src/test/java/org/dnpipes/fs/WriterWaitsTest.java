package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.Engine;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.LocalPresence;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for what of a writer, and that everybody is answered whatever happens. */
@Timeout(60)
class WriterWaitsTest {
    private static final int NON_BLOCKING = FakeFs.O_WRONLY | FakeFs.O_NONBLOCK;
    private static final int MIB = 1 << 20;

    private FakeFs fs = new FakeFs();
    private PipeId pipe = fs.pipe("p");

    @AfterEach
    void close() {
        fs.close();
    }

    private volatile boolean full;

    /** What a test does to pushes. */
    private interface Push {
        Sink.Push push(Sink sink, PipeId pipe, Lines lines);
    }

    /** Pushes are made as {@code push} says, and there always seems to be room. */
    private void with(Push push) {
        fs.close();
        fs = new FakeFs(FakeFs.OPTIONS, new LocalPresence(), engine -> {
            Sink sink = new Sink() {
                @Override
                public Sink.Push push(PipeId to, Lines lines) {
                    return push.push(engine.sink(), to, lines);
                }

                @Override
                public CompletableFuture<Void> room(PipeId of) {
                    engine.sink().room(of);
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public boolean isFull() {
                    return full;
                }
            };
            return new Engine(engine.catalog(), engine.source(), sink, engine.presence(), engine.indexes());
        });
        pipe = fs.pipe("p");
    }

    /** A file with a line on its way whose write has returned. */
    private long withLineOnItsWay() {
        fs.cluster.holdAcknowledgements();
        fs.cluster.window(pipe, 1);
        long fh = fs.open("/p", NON_BLOCKING);
        assertEquals(2, fs.write(fh, "a\n", NON_BLOCKING, FakeFs.TID).count());
        fs.cluster.awaitUnacknowledged(pipe, 1);
        return fh;
    }

    @Test
    void closeWaitsForTheLinesBeforeItThoughALaterWriteIsInterrupted() {
        long fh = withLineOnItsWay();
        Reply close = fs.flush(fh, FakeFs.TID + 1);
        Reply write = fs.write(fh, "b\n");
        fs.cluster.awaitQueued(pipe, 1);
        write.interrupt();
        assertEquals(Errno.EINTR, write.errno());
        fs.assertWaits(pipe, close);
        fs.cluster.releaseAcknowledgements();
        assertEquals(0, close.count());
        assertEquals(List.of("a"), fs.cluster.lines(pipe));
    }

    @Test
    void closeIsNotToldOfALineThatWasRefusedAfterIt() {
        fs.cluster.longestLine("p", 5);
        long fh = withLineOnItsWay();
        Reply close = fs.flush(fh, FakeFs.TID + 1);
        assertEquals(Errno.EMSGSIZE, fs.write(fh, "1234567\n").errno());
        fs.assertWaits(pipe, close);
        fs.cluster.releaseAcknowledgements();
        assertEquals(0, close.count());
        assertEquals(Errno.EMSGSIZE, fs.flush(fh).errno());
    }

    @Test
    void closeIsAnsweredThoughLookingForOtherProcessesFails() {
        long fh = fs.writer("/p");
        fs.write(fh, "part").count();
        fs.processes.fail();
        assertEquals(0, fs.flush(fh).count());
        fs.fs.release(fh);
        fs.settle(pipe);
        assertEquals(List.of("part"), fs.cluster.lines(pipe));
    }

    @Test
    void writesAndClosesAreAnsweredThoughPushingThrows() {
        with((sink, to, lines) -> {
            throw new IllegalStateException("for this test");
        });
        long fh = fs.writer("/p");
        assertEquals(Errno.EIO, fs.write(fh, "a\n").errno());
        assertEquals(Errno.EIO, fs.write(fh, "b\n").errno());
        assertEquals(Errno.EIO, fs.flush(fh).errno());
    }

    @Test
    void nonBlockingWriteDoesNotWaitAlsoIfTheRoomIsGoneMeanwhile() {
        with((sink, to, lines) -> sink.push(to, lines));
        long fh = withLineOnItsWay();
        assertEquals(1, fs.write(fh, "b", NON_BLOCKING, FakeFs.TID).count());
        assertEquals(Errno.EAGAIN, fs.write(fh, "c\n", NON_BLOCKING, FakeFs.TID).errno());
        fs.cluster.releaseAcknowledgements();
        fs.settle(pipe);
        assertEquals(2, fs.write(fh, "c\n", NON_BLOCKING, FakeFs.TID).count());
        assertEquals(0, fs.flush(fh).count());
        assertEquals(List.of("a", "bc"), fs.cluster.lines(pipe));
    }

    /** That a write of a burst has returned does not mean that its lines were handed over. */
    @Test
    void linesThatWereTakenButNotHandedOverAreTakenBackAfterAFailureLastFirst() {
        List<Held> held = new ArrayList<>();
        with((sink, to, lines) -> {
            Held push = new Held(held);
            held.add(push);
            return push;
        });
        long fh = fs.writer("/p");
        for (int i = 0; i < 64; i++) {
            Reply write = fs.write(fh, i + "\n");
            held.get(i).stored.complete(i + 1L);
            write.count();
        }
        for (int i = 64; i < 68; i++) {
            assertEquals(3, fs.write(fh, i + "\n").count());
        }
        held.get(64).stored.completeExceptionally(new PipeFailure(Reason.QUOTA, "too much"));
        assertEquals(Errno.EDQUOT, fs.flush(fh).errno());
        assertEquals(List.of(67, 66, 65), held.get(0).withdrawn);
    }

    /** Lines that were taken, and are handed over when the test says so. */
    private static final class Held implements Sink.Push {
        final CompletableFuture<Long> stored = new CompletableFuture<>();
        final List<Integer> withdrawn;
        private final int number;

        Held(List<Held> before) {
            number = before.size();
            withdrawn = before.isEmpty() ? new ArrayList<>() : before.get(0).withdrawn;
        }

        @Override
        public CompletableFuture<Void> accepted() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Long> stored() {
            return stored;
        }

        @Override
        public Optional<Sink.Run> run() {
            return Optional.empty();
        }

        @Override
        public boolean withdraw() {
            withdrawn.add(number);
            stored.completeExceptionally(new PipeFailure(Reason.CLOSED, "taken back"));
            return true;
        }
    }

    @Test
    void linesThatWereBegunHaveABoundInCommon() {
        fs.cluster.longestLine("p", 64 * MIB);
        long large = fs.writer("/p");
        assertEquals(33 * MIB, fs.write(large, "x".repeat(33 * MIB)).count());
        long small = fs.writer("/p");
        assertEquals(Errno.ENOSPC, fs.write(small, "y").errno());
        assertEquals(5, fs.write(small, "a\n\nb\ny").count());
        assertEquals(Errno.ENOSPC, fs.write(small, "y").errno());
        fs.close(large);
        assertEquals(1, fs.write(small, "y").count());
        assertEquals(0, fs.flush(small).count());
        List<String> lines = fs.cluster.lines(pipe);
        assertEquals(List.of("a", "", "b"), lines.subList(0, 3));
        assertEquals("y", lines.get(lines.size() - 1));
        assertEquals(5, lines.size());
        assertTrue(lines.get(3).length() == 33 * MIB);
        assertFalse(lines.get(3).contains("y"));
    }

    /** That is not a failure of the open file: nothing of the write was taken. */
    @Test
    void writesAreTurnedAwayWhileThereIsNoMemoryForTheirLines() {
        with((sink, to, lines) -> sink.push(to, lines));
        long fh = fs.writer("/p");
        assertEquals(2, fs.write(fh, "be").count());
        full = true;
        assertEquals(Errno.ENOSPC, fs.write(fh, "lost\n").errno());
        assertEquals(0, fs.flush(fh).count());
        full = false;
        assertEquals(4, fs.write(fh, "gun\n").count());
        assertEquals(0, fs.flush(fh).count());
        assertEquals(List.of("be", "gun"), fs.cluster.lines(pipe));
    }
}
