package org.dnpipes.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.WriterPresence.Writers;
import org.dnpipes.presence.Others.Watcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is known of others while their log is read, and read anew. */
@Timeout(60)
class OthersTest {
    private static final String PIPE = "AbC/0";

    private final PipeId log = new PipeId("log", "LoG", 0);
    private final Others others = new Others("me");
    private final Watcher watcher = new Watcher(PIPE, () -> {});

    @BeforeEach
    void begin() {
        others.add(watcher);
        read();
    }

    @Test
    void writerIsPresent() {
        assertEquals(Optional.of(new Writers(true, true, 0)), others.present(watcher));
    }

    @Test
    void nothingIsKnownWhileTheLogIsReadAnew() {
        others.forget(new Object());
        assertEquals(Optional.empty(), others.present(watcher));
        assertEquals(Optional.empty(), others.writers(watcher));
    }

    /** A notice that was read before the log was read anew proves nothing after that. */
    @Test
    void noticeThatWasReadBeforeProvesNothing() {
        others.forget(new Object());
        assertEquals(Optional.empty(), others.proven(log, 2, 0));
        assertEquals(Optional.empty(), others.writers(watcher));
    }

    /** One that was stopped may be in the middle of telling when the next one begins. */
    @Test
    void whatAnEarlierReadingStillTellsProvesNothing() {
        Object earlier = new Object();
        others.forget(earlier);
        others.follow(earlier, log, 0);
        others.forget(new Object());
        Lease lease = new Lease(Duration.ofSeconds(12));
        others.apply(earlier, 1, new Notice("me", 1, lease, Set.of(), Map.of(), Map.of()), 0);
        assertEquals(Optional.empty(), others.proven(log, 2, 0));
    }

    @Test
    void noticeInAnotherLogProvesNothing() {
        assertEquals(Optional.empty(), others.proven(new PipeId("log", "OtHeR", 0), 2, 0));
    }

    /** Whoever asks meanwhile is told of the writer, or that nothing is known; never that nobody writes. */
    @Test
    void nobodySeesAnEndWhileTheLogIsReadAnew() {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                read();
            }
        });
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            while (System.nanoTime() < end) {
                others.present(watcher).ifPresent(OthersTest::assertPresent);
                others.writers(watcher).ifPresent(OthersTest::assertPresent);
            }
        } finally {
            over.set(true);
            reading.join();
        }
    }

    private static void assertPresent(Writers writers) {
        assertTrue(writers.present(), "a reader has seen an end");
    }

    private void read() {
        Lease lease = new Lease(Duration.ofSeconds(12));
        Object reading = new Object();
        others.forget(reading);
        others.follow(reading, log, 0);
        others.apply(reading, 0, new Notice("other", 1, lease, Set.of(PIPE), Map.of(), Map.of()), 0);
        others.apply(reading, 1, new Notice("me", 1, lease, Set.of(), Map.of(), Map.of()), 0);
        others.proven(log, 2, 0);
    }
}
