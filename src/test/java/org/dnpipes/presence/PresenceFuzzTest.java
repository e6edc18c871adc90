package org.dnpipes.presence;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.fake.FakeConnection;
import org.dnpipes.fake.Fuzz;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;
import org.dnpipes.pipe.WriterPresence.Counted;
import org.dnpipes.pipe.WriterPresence.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Anybody who may write to the log of writers may write anything there. */
@Timeout(120)
class PresenceFuzzTest {
    private static final Lease LEASE = new Lease(Duration.ofSeconds(12));

    private final FakeCluster cluster = new FakeCluster();
    private final Topic log = cluster.createTopic(NoticeLog.TOPIC, 1);
    private final PipeId pipe = cluster.createPipe("p");
    private final ClusterPresence a = mount();
    private final ClusterPresence b = mount();

    @AfterEach
    void end() {
        a.close();
        b.close();
        cluster.close();
    }

    private ClusterPresence mount() {
        FakeConnection connection = cluster.connect();
        NoticeLog notices = new NoticeLog() {
            @Override
            public CompletableFuture<Topic> topic() {
                return CompletableFuture.completedFuture(log);
            }

            @Override
            public CompletableFuture<Boolean> hasTime() {
                return CompletableFuture.completedFuture(true);
            }

            @Override
            public Sink sink() {
                return connection.sink();
            }

            @Override
            public Source source() {
                return connection.source();
            }
        };
        return new ClusterPresence(notices, LEASE, Duration.ofSeconds(5), System::nanoTime);
    }

    private static <T> T answer(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** No notice of anybody, though some of it looks very much like one. */
    private byte[] nonsense(Random random) {
        String notice = "dnpipes1 m=m n=7 l=30000 w=" + Notice.key(pipe) + " c=" + Notice.key(pipe) + ":9 x=m:7";
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        for (int tries = 0; tries < 50; tries++) {
            String text = Fuzz.damaged(random, notice);
            if (Notice.of(text).isEmpty() && random.nextInt(4) > 0) {
                return text.getBytes(ISO_8859_1);
            }
        }
        return bytes;
    }

    @Test
    void whatIsNoNoticeChangesNoCountAndStopsNobody() {
        Watch watch = b.watch(pipe, () -> {});
        Random random = new Random();
        long seed = random.nextLong();
        random.setSeed(seed);
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 20; i++) {
                cluster.append(log.pipe(0), random.nextInt(10) == 0 ? null : nonsense(random), Instant.now());
            }
            assertEquals(false, answer(watch.look()).present(), "without a writer; seed " + seed);
            Counted writer = answer(a.opened(pipe, () -> {}));
            cluster.append(log.pipe(0), nonsense(random), Instant.now());
            assertEquals(true, answer(watch.look()).present(), "with a writer; seed " + seed);
            answer(writer.confirm());
            answer(writer.closed(round));
            awaitAbsent(watch, seed);
            assertEquals(round, answer(watch.look()).end(), "what a writer has left; seed " + seed);
        }
    }

    private static void awaitAbsent(Watch watch, long seed) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (answer(watch.look()).present()) {
            assertTrue(System.nanoTime() < deadline, "a writer is still there; seed " + seed);
        }
    }

    /**
     * Notices of mounts that nobody knows are notices: their writers count until their lease is over, and no others.
     */
    @Test
    void strangersCountForThePipesTheyNameAlone() {
        PipeId other = cluster.createPipe("other");
        Watch watch = b.watch(pipe, () -> {});
        Watch watchOther = b.watch(other, () -> {});
        Fuzz.rounds(random -> {
            String line = "dnpipes1 m=" + Fuzz.text(random, "abc", 3) + " n=" + random.nextInt(9) + " l=30000 w="
                    + Notice.key(other) + (random.nextBoolean() ? "" : ",unknown/" + random.nextInt(99)) + " x=nobody:"
                    + random.nextLong();
            cluster.append(log.pipe(0), line.getBytes(US_ASCII), Instant.now());
        });
        assertEquals(false, answer(watch.look()).present());
        assertTrue(answer(watchOther.look()).present());
    }

    @Test
    void whateverIsTakenForANoticeIsPrintedAndReadAgain() {
        Fuzz.rounds(random -> {
            String line = Fuzz.damaged(random, "dnpipes1 m=a/b n=0 l=30000 w=a/0,b/1 c=a/0:1,b/1:2 x=m:2");
            Notice.of(line)
                    .ifPresent(notice ->
                            assertEquals(Optional.of(notice), Notice.of(new String(notice.line(), US_ASCII)), line));
        });
    }
}
