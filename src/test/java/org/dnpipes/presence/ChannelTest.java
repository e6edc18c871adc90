package org.dnpipes.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;
import org.dnpipes.presence.Others.Watcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of looks and of reading when the log is not followed any more. */
@Timeout(60)
class ChannelTest {
    private final CompletableFuture<Long> stored = new CompletableFuture<>();
    private final List<CompletableFuture<Chunk>> reads = new CopyOnWriteArrayList<>();
    private final Channel channel = new Channel(
            new Channel.Member("mount", new Lease(Duration.ofSeconds(12))),
            new SlowLog(),
            0,
            Duration.ofSeconds(5),
            System::nanoTime,
            Runnable::run);

    private final Watcher watcher = channel.watch("p", () -> {});

    private static Reason reason(CompletableFuture<?> failed) {
        CompletionException thrown = assertThrows(
                CompletionException.class,
                () -> failed.orTimeout(10, TimeUnit.SECONDS).join());
        return PipeFailure.of(thrown).reason();
    }

    @Test
    void lookThatIsUnderWayWhenTheLogIsNotFollowedAnyMoreCanBeRepeated() {
        CompletableFuture<?> look = channel.look(watcher);
        channel.stop();
        stored.complete(1L);
        assertEquals(Reason.TIMED_OUT, reason(look));
    }

    @Test
    void lookThatIsUnderWayWhenTheMountEndsIsOver() {
        CompletableFuture<?> look = channel.look(watcher);
        channel.close();
        channel.stop();
        stored.complete(1L);
        assertEquals(Reason.CLOSED, reason(look));
    }

    @Test
    void readingOfTheLogEndsWhenItIsNotFollowedAnyMore() {
        assertEquals(1, reads.size());
        channel.stop();
        assertTrue(reads.get(0).isCancelled());
    }

    /** A log that answers within each call, tells when a notice is stored as a test says so, and gives nothing. */
    private final class SlowLog implements NoticeLog, Sink, Sink.Push, Source {
        @Override
        public CompletableFuture<Topic> topic() {
            return CompletableFuture.completedFuture(new Topic(TOPIC, "id", 1));
        }

        @Override
        public CompletableFuture<Boolean> hasTime() {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public Sink sink() {
            return this;
        }

        @Override
        public Source source() {
            return this;
        }

        @Override
        public Push push(PipeId pipe, Lines lines) {
            return this;
        }

        @Override
        public CompletableFuture<Void> room(PipeId pipe) {
            return accepted();
        }

        @Override
        public boolean isFull() {
            return false;
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
        public Optional<Run> run() {
            return Optional.empty();
        }

        @Override
        public boolean withdraw() {
            return false;
        }

        @Override
        public CompletableFuture<Extent> extent(PipeId pipe) {
            return CompletableFuture.completedFuture(new Extent(0, 0, 0));
        }

        @Override
        public CompletableFuture<Instant> newest(PipeId pipe) {
            return CompletableFuture.completedFuture(Instant.EPOCH);
        }

        @Override
        public CompletableFuture<Long> firstSince(PipeId pipe, Instant time) {
            return CompletableFuture.completedFuture(0L);
        }

        @Override
        public CompletableFuture<Chunk> read(PipeId pipe, long from) {
            CompletableFuture<Chunk> read = new CompletableFuture<>();
            reads.add(read);
            return read;
        }
    }
}
