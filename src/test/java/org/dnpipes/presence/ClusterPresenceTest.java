package org.dnpipes.presence;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.fake.FakeConnection;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;
import org.dnpipes.pipe.WriterPresence.Counted;
import org.dnpipes.pipe.WriterPresence.Watch;
import org.dnpipes.pipe.WriterPresence.Writers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several mounts on a cluster in memory; time passes only when a test says so. */
@Timeout(60)
class ClusterPresenceTest {
    private static final Lease LEASE = new Lease(Duration.ofSeconds(12));
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long STEP_MS = 250;

    private final FakeCluster cluster = new FakeCluster();
    private final AtomicLong now =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(30).toNanos());
    private final List<ClusterPresence> mounts = new ArrayList<>();
    private Topic log = cluster.createTopic(NoticeLog.TOPIC, 1);
    private boolean timed = true;
    private final PipeId pipe = cluster.createPipe("p");
    private ClusterPresence a = mount();
    private ClusterPresence b = mount();

    @BeforeEach
    void begin() {
        assertEquals(2, mounts.size());
    }

    @AfterEach
    void end() {
        cluster.heal();
        cluster.resume();
        mounts.forEach(ClusterPresence::close);
        cluster.close();
    }

    @Test
    void writerOfAnotherMountIsPresentUntilItCloses() {
        Watch watch = b.watch(pipe, () -> {});
        assertEquals(new Writers(false, false, 0), look(watch));
        Counted writer = open(a);
        assertEquals(new Writers(true, true, 0), look(watch));
        writer.closed(7);
        awaitAbsent(watch);
        assertEquals(new Writers(false, true, 7), look(watch));
    }

    @Test
    void writerOfTheSameMountIsSeenWithoutAskingAnybody() {
        Watch watch = a.watch(pipe, () -> {});
        Counted writer = open(a);
        cluster.pause();
        assertEquals(new Writers(true, true, 0), look(watch));
        cluster.resume();
        writer.closed(3);
        assertEquals(new Writers(false, true, 3), look(watch));
    }

    @Test
    void writerCountsWhenOthersCanKnow() {
        cluster.pause();
        CompletableFuture<Counted> opening = a.opened(pipe, () -> {});
        assertWaits(opening);
        cluster.resume();
        answer(opening);
    }

    @Test
    void secondWriterOfAPipeAndItsPushesSayNothing() {
        Counted writer = open(a);
        long said = said();
        Counted second = open(a);
        answer(writer.confirm());
        second.closed(1);
        assertEquals(said, said());
        writer.closed(2);
        awaitSaid(said + 1);
    }

    @Test
    void endIsThatOfTheWriterThatGotFurthest() {
        Watch watch = b.watch(pipe, () -> {});
        Counted first = open(a);
        Counted second = open(a);
        first.closed(9);
        second.closed(4);
        awaitAbsent(watch);
        assertEquals(9, look(watch).end());
    }

    @Test
    void writerThatCameAndWentIsSeen() {
        Watch watch = b.watch(pipe, () -> {});
        open(a).closed(0);
        awaitAbsent(watch);
        assertTrue(look(watch).seen());
    }

    @Test
    void writerThatWentBeforeTheWatchBeganIsNotSeen() {
        long before = said();
        open(a).closed(5);
        awaitSaid(before + 2);
        Watch watch = b.watch(pipe, () -> {});
        assertEquals(new Writers(false, false, 5), look(watch));
    }

    /** However late the answers are that are asked for at the beginning. */
    @Test
    void writerThatComesRightAfterTheBeginningIsSeen() {
        for (int i = 0; i < 100; i++) {
            PipeId fresh = cluster.createPipe("fresh" + i);
            Watch watch = b.watch(fresh, () -> {});
            answer(watch.began());
            answer(a.opened(fresh, () -> {})).closed(0);
            CompletableFuture<Writers> looking = watch.look();
            while (answer(looking).present()) {
                looking = watch.look();
            }
            assertTrue(answer(looking).seen(), "round " + i);
        }
    }

    @Test
    void watchBeginsAlsoIfNobodyCanBeAsked() {
        cluster.failLooks(log.pipe(0), new PipeFailure(Reason.UNAUTHORIZED, "not you"));
        answer(b.watch(pipe, () -> {}).began());
    }

    @Test
    void watcherIsToldOfComingAndGoing() throws Exception {
        AtomicInteger told = new AtomicInteger();
        Watch watch = b.watch(pipe, told::incrementAndGet);
        look(watch);
        int before = told.get();
        Counted writer = open(a);
        awaitMore(told, before);
        before = told.get();
        writer.closed(0);
        awaitMore(told, before);
    }

    @Test
    void watchItselfIsNoNews() {
        AtomicInteger told = new AtomicInteger();
        b.watch(pipe, told::incrementAndGet);
        assertEquals(0, told.get());
    }

    @Test
    void watcherThatFailsDoesNotHarmOthers() {
        b.watch(pipe, () -> {
            throw new IllegalStateException("a watcher with trouble");
        });
        AtomicInteger told = new AtomicInteger();
        Watch watch = b.watch(pipe, told::incrementAndGet);
        look(watch);
        int before = told.get();
        open(a);
        awaitMore(told, before);
    }

    @Test
    void watcherOfAnotherPipeIsNotTold() {
        AtomicInteger told = new AtomicInteger();
        Watch watch = b.watch(cluster.createPipe("q"), told::incrementAndGet);
        look(watch);
        int before = told.get();
        open(a).closed(0);
        look(watch);
        assertEquals(before, told.get());
    }

    @Test
    void nobodySaysAnythingWhileNothingIsOpen() {
        open(a).closed(0);
        Watch watch = b.watch(pipe, () -> {});
        look(watch);
        watch.close();
        pass(Duration.ofSeconds(1), a, b);
        long said = said();
        pass(Duration.ofMinutes(5), a, b);
        assertEquals(said, said());
    }

    @Test
    void waitForAWriterWhereThereIsNoneSaysNothing() {
        Watch watch = b.watch(pipe, () -> {});
        look(watch);
        long said = said();
        pass(Duration.ofMinutes(5), a, b);
        assertEquals(said, said());
    }

    @Test
    void mountThatLivesIsNeverCountedOut() {
        open(a);
        Watch watch = b.watch(pipe, () -> {});
        look(watch);
        for (int i = 0; i < 20; i++) {
            pass(Duration.ofSeconds(6), a, b);
            assertTrue(look(watch).present());
        }
    }

    @Test
    void mountThatDiesIsCountedOutAfterItsLeaseAndNotBefore() {
        open(a);
        AtomicInteger told = new AtomicInteger();
        Watch watch = b.watch(pipe, told::incrementAndGet);
        assertTrue(look(watch).present());
        pass(LEASE.length().minusSeconds(1), b);
        assertTrue(look(watch).present());
        int before = told.get();
        pass(Duration.ofMillis(3500), b);
        awaitMore(told, before);
        assertEquals(new Writers(false, true, 0), look(watch));
    }

    @Test
    void mountThatDiesIsCountedOutAlsoWhileWritersComeAndGoHere() {
        open(a);
        Watch watch = b.watch(pipe, () -> {});
        assertTrue(look(watch).present());
        for (int i = 0; i < 40; i++) {
            Counted writer = open(b);
            pass(Duration.ofMillis(250), b);
            writer.closed(0);
            pass(Duration.ofMillis(250), b);
        }
        awaitAbsent(watch);
    }

    @Test
    void laterObserverBelievesTheExpulsion() {
        open(a);
        Watch watch = b.watch(pipe, () -> {});
        look(watch);
        pass(LEASE.length().plusSeconds(3), b);
        awaitAbsent(watch);
        assertFalse(look(mount().watch(pipe, () -> {})).present());
    }

    @Test
    void brokerThatPausesCountsNobodyOut() {
        Counted writer = open(a);
        Watch watch = b.watch(pipe, () -> {});
        look(watch);
        cluster.pause();
        pass(LEASE.length().multipliedBy(3), a, b);
        cluster.resume();
        pass(Duration.ofSeconds(2), b);
        assertTrue(look(watch).present());
        pass(Duration.ofSeconds(2), a, b);
        assertTrue(look(watch).present());
        answer(writer.confirm());
    }

    @Test
    void mountThatWasCountedOutFailsItsWriters() {
        Counted writer = open(a);
        Watch watch = b.watch(pipe, () -> {});
        Watch own = a.watch(pipe, () -> {});
        look(watch);
        pass(LEASE.length().plusSeconds(3), b);
        awaitAbsent(watch);
        assertFailsWith(Reason.LAPSED, writer.confirm());
        assertFailsWith(Reason.LAPSED, writer.confirm());
        assertFalse(look(own).present());
        writer.closed(8);
        Counted again = open(a);
        answer(again.confirm());
        assertTrue(look(watch).present());
        again.closed(9);
        awaitAbsent(watch);
    }

    @Test
    void lapseIsFoundAlsoWhenTheMountHasSpokenAgainBeforeThePush() {
        Counted writer = open(a);
        Watch watch = b.watch(pipe, () -> {});
        look(watch);
        pass(LEASE.length().plusSeconds(3), b);
        awaitAbsent(watch);
        pass(Duration.ofSeconds(5), a, b);
        awaitAbsent(watch);
        assertFailsWith(Reason.LAPSED, writer.confirm());
    }

    @Test
    void mountThatSleptWithoutBeingMissedGoesOn() {
        Counted writer = open(a);
        advance(LEASE.length().multipliedBy(5));
        answer(writer.confirm());
        assertTrue(look(b.watch(pipe, () -> {})).present());
    }

    @Test
    void mountThatSleptForLongerThanOthersLookBackFailsItsWriters() {
        Counted writer = open(a);
        advance(Lease.HISTORY);
        assertFailsWith(Reason.LAPSED, writer.confirm());
        answer(open(a).confirm());
    }

    @Test
    void confirmationWaitsWhileOthersCannotBeAskedAndIsGivenUp() {
        Counted writer = open(a);
        cluster.pause();
        advance(LEASE.length());
        CompletableFuture<Void> confirmed = writer.confirm();
        pass(PATIENCE.minusSeconds(1), a);
        assertFalse(confirmed.isDone());
        pass(Duration.ofSeconds(2), a);
        assertFailsWith(Reason.TIMED_OUT, confirmed);
        cluster.resume();
        answer(writer.confirm());
    }

    @Test
    void openingIsGivenUpAndDoesNotCountLater() {
        cluster.pause();
        CompletableFuture<Counted> opening = a.opened(pipe, () -> {});
        pass(PATIENCE.plusSeconds(1), a);
        assertFailsWith(Reason.TIMED_OUT, opening);
        cluster.resume();
        Watch watch = b.watch(pipe, () -> {});
        pass(Duration.ofSeconds(2), a, b);
        awaitAbsent(watch);
    }

    @Test
    void openingIsTriedAgainAfterAFailureThatNobodyKnowsTheReasonOf() {
        cluster.failPushes(log.pipe(0), new PipeFailure(Reason.FAILED, "the producer was replaced"));
        CompletableFuture<Counted> opening = a.opened(pipe, () -> {});
        pass(Duration.ofSeconds(1), a);
        assertWaits(opening);
        cluster.heal();
        pass(Duration.ofSeconds(2), a);
        answer(opening);
    }

    @Test
    void openingWithoutRightsFails() {
        cluster.failPushes(log.pipe(0), new PipeFailure(Reason.UNAUTHORIZED, "not you"));
        assertFailsWith(Reason.UNAUTHORIZED, a.opened(pipe, () -> {}));
        Watch watch = b.watch(pipe, () -> {});
        assertFailsWith(Reason.UNAUTHORIZED, watch.look());
        cluster.heal();
        open(a);
        assertTrue(look(watch).present());
    }

    @Test
    void lookFailsWhileTheLogCannotBeWritten() {
        Watch watch = b.watch(pipe, () -> {});
        cluster.failPushes(log.pipe(0), new PipeFailure(Reason.TIMED_OUT, "away"));
        assertFailsWith(Reason.TIMED_OUT, watch.look());
        cluster.heal();
        assertFalse(look(watch).present());
    }

    @Test
    void endOfAMountIsTheEndOfItsWriters() {
        open(a);
        Watch watch = b.watch(pipe, () -> {});
        assertTrue(look(watch).present());
        a.close();
        awaitAbsent(watch);
    }

    @Test
    void logThatIsMadeAgainIsFoundAgain() {
        open(a);
        Watch watch = b.watch(pipe, () -> {});
        assertTrue(look(watch).present());
        log = cluster.recreateTopic(NoticeLog.TOPIC);
        for (int i = 0; i < 20 && !isPresent(watch); i++) {
            pass(Duration.ofSeconds(1), a, b);
        }
        assertTrue(look(watch).present());
    }

    @Test
    void whatIsNoNoticeDisturbsNobody() {
        cluster.append(log.pipe(0), "hello", "", "dnpipes1 m= n=1", "two\nlines");
        Watch watch = b.watch(pipe, () -> {});
        open(a);
        cluster.append(log.pipe(0), "dnpipes7");
        assertTrue(look(watch).present());
    }

    @Test
    void doubtfulMountWithoutReadersFindsOutAndFallsSilent() {
        open(a);
        advance(LEASE.length().multipliedBy(5));
        for (int i = 0; i < 12; i++) {
            // What the beat has asked for is not answered before the beat is over.
            cluster.pause(log.pipe(0));
            a.beat();
            cluster.resume(log.pipe(0));
            settle();
            advance(Duration.ofMillis(STEP_MS));
        }
        long said = said();
        pass(Duration.ofSeconds(10), a);
        assertTrue(said() - said <= 6, "it has said " + (said() - said) + " things in 5 renewals");
    }

    /** An answer that was asked for before the mount slept says nothing about what happened meanwhile. */
    @Test
    void lookThatBeganBeforeTheSleepConfirmsNothing() {
        AtomicReference<CompletableFuture<Void>> gate = new AtomicReference<>(CompletableFuture.completedFuture(null));
        ClusterPresence c = mount(source -> gated(source, gate::get));
        Counted writer = open(c);
        Watch watch = b.watch(pipe, () -> {});
        assertTrue(look(watch).present());
        Watch neighbour = c.watch(neighbour(), () -> {});
        look(neighbour);
        long said = said();
        CompletableFuture<Void> opening = new CompletableFuture<>();
        gate.set(opening);
        CompletableFuture<Writers> early = neighbour.look();
        awaitSaid(said + 1);
        pass(LEASE.length().plusSeconds(3), b);
        awaitAbsent(watch);
        cluster.pause(log.pipe(0));
        CompletableFuture<Void> confirmed = writer.confirm();
        opening.complete(null);
        answer(early);
        assertWaits(confirmed);
        cluster.resume(log.pipe(0));
        assertFailsWith(Reason.LAPSED, confirmed);
    }

    @Test
    void examinationFailsAtOnceWithoutTheRightToReadAndIsNotTriedAllTheTime() {
        Counted writer = open(a);
        cluster.failReads(log.pipe(0), new PipeFailure(Reason.UNAUTHORIZED, "not you"));
        advance(LEASE.length().multipliedBy(2));
        assertFailsWith(Reason.UNAUTHORIZED, writer.confirm());
        long said = said();
        pass(Duration.ofSeconds(10), a);
        assertTrue(said() - said <= 12, "it has said " + (said() - said) + " things in 10 s");
        cluster.heal();
        answer(writer.confirm());
    }

    @Test
    void examinationIsTriedAgainAfterAFailureThatNobodyKnowsTheReasonOf() {
        Counted writer = open(a);
        cluster.failReads(log.pipe(0), new PipeFailure(Reason.FAILED, "no thread can be made"));
        advance(LEASE.length().multipliedBy(2));
        CompletableFuture<Void> confirmed = writer.confirm();
        pass(Duration.ofSeconds(2), a);
        assertWaits(confirmed);
        cluster.heal();
        pass(Duration.ofSeconds(2), a);
        answer(confirmed);
    }

    @Test
    void deletedLogIsNoNewsAboutThePipe() {
        Watch watch = b.watch(pipe, () -> {});
        look(watch);
        cluster.deleteTopic(NoticeLog.TOPIC);
        assertFailsWith(Reason.TIMED_OUT, watch.look());
    }

    /** Others say again who writes there when they renew it, and do not know before that it was made again. */
    @Test
    void logThatIsMadeAgainEndsNoReaderEarly() {
        open(a);
        Watch watch = b.watch(pipe, () -> {});
        assertTrue(look(watch).present());
        log = cluster.recreateTopic(NoticeLog.TOPIC);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        List<String> failures = new CopyOnWriteArrayList<>();
        while (failures.stream().noneMatch(failure -> failure.contains("may not have told yet"))) {
            assertTrue(System.nanoTime() < deadline, () -> "the new log is not read: " + failures);
            watch.look()
                    .thenAccept(writers -> assertTrue(writers.present(), "the reader has seen an end"))
                    .exceptionally(failure -> {
                        assertEquals(Reason.TIMED_OUT, PipeFailure.of(failure).reason(), failure::toString);
                        failures.add(PipeFailure.of(failure).getMessage());
                        return null;
                    })
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        }
        pass(Duration.ofSeconds(6), a, b);
        assertTrue(isPresent(watch));
    }

    /** The notice of a look was read, and the log is read anew before it is known where that notice was stored. */
    @Test
    void lookWhoseNoticeWasReadBeforeTheLogIsReadAnewEndsNoReader() {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        AtomicReference<CompletableFuture<Void>> gate = new AtomicReference<>(CompletableFuture.completedFuture(null));
        AtomicReference<CompletableFuture<Void>> reading =
                new AtomicReference<>(CompletableFuture.completedFuture(null));
        ClusterPresence c = mount(source -> gated(source, reading::get), sink -> late(sink, gate::get));
        AtomicInteger told = new AtomicInteger();
        Watch watch = c.watch(pipe, told::incrementAndGet);
        look(watch);
        gate.set(stored);
        long said = said();
        CompletableFuture<Writers> early = watch.look();
        awaitSaid(said + 1);
        settle();
        open(a);
        settle();
        int before = told.get();
        CompletableFuture<Void> read = new CompletableFuture<>();
        reading.set(read);
        cluster.failReads(log.pipe(0), new PipeFailure(Reason.TIMED_OUT, "away"));
        awaitMore(told, before);
        cluster.heal();
        stored.complete(null);
        settle();
        read.complete(null);
        assertTrue(early.exceptionally(failure -> look(watch)).join().present(), "the reader has seen an end");
    }

    @Test
    void logThatIsMadeAgainIsBelievedInTheEnd() {
        Watch watch = b.watch(pipe, () -> {});
        look(watch);
        log = cluster.recreateTopic(NoticeLog.TOPIC);
        Writers none = new Writers(false, false, 0);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!none.equals(watch.look().exceptionally(failure -> null).join())) {
            assertTrue(System.nanoTime() < deadline, "nothing is known of the new log");
            pass(Duration.ofSeconds(1), b);
        }
    }

    @Test
    void writerThatWentBeforeTheWatchIsNotSeenWhenTheLogIsReadAgain() {
        Watch first = b.watch(neighbour(), () -> {});
        look(first);
        open(a).closed(5);
        // Up to here all was read.
        look(first);
        AtomicInteger told = new AtomicInteger();
        Watch watch = b.watch(pipe, told::incrementAndGet);
        assertFalse(look(watch).seen());
        int before = told.get();
        cluster.failReads(log.pipe(0), new PipeFailure(Reason.TIMED_OUT, "away"));
        awaitMore(told, before);
        cluster.heal();
        assertEquals(new Writers(false, false, 5), look(watch));
    }

    @Test
    void watchedLogIsReadAgainWhenThatIsAllowedAgain() {
        AtomicInteger told = new AtomicInteger();
        Watch watch = b.watch(pipe, told::incrementAndGet);
        look(watch);
        cluster.failReads(log.pipe(0), new PipeFailure(Reason.UNAUTHORIZED, "not you"));
        settle();
        cluster.heal();
        pass(Duration.ofSeconds(2), b);
        int before = told.get();
        open(a).closed(3);
        awaitMore(told, before);
    }

    @Test
    void logWithoutTheBrokersTimeIsReadFromItsBeginning() {
        timed = false;
        open(a);
        // The clock of this one is a day ahead.
        cluster.append(log.pipe(0), "x".getBytes(US_ASCII), Instant.now().plus(Duration.ofDays(1)));
        assertTrue(look(b.watch(pipe, () -> {})).present());
    }

    /** A writer hands over to one on another mount: at no moment is nobody there. */
    @Test
    void readerNeverMissesAWriterThatWasThereAllTheTime() {
        ClusterPresence c = mount();
        Watch watch = c.watch(pipe, () -> {});
        Counted last = open(a);
        for (int i = 0; i < 200; i++) {
            CompletableFuture<Writers> looking = watch.look();
            Counted next = open(i % 2 == 0 ? b : i % 3 == 0 ? c : a);
            last.closed(i);
            last = next;
            assertTrue(answer(looking).present(), "round " + i);
        }
    }

    /** Another pipe in the same part of the log. */
    private PipeId neighbour() {
        for (int i = 0; ; i++) {
            PipeId other = cluster.createPipe("neighbour" + i);
            if (part(other) == part(pipe)) {
                return other;
            }
        }
    }

    private static int part(PipeId pipe) {
        return Math.floorMod(Notice.key(pipe).hashCode(), NoticeLog.PARTS);
    }

    private boolean isPresent(Watch watch) {
        return watch.look()
                .thenApply(Writers::present)
                .exceptionally(failure -> false)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** Whatever is read of the log has to pass the gate. */
    private static Source gated(Source source, Supplier<CompletableFuture<Void>> gate) {
        return proxy(Source.class, (method, arguments) -> {
            CompletableFuture<?> answer = (CompletableFuture<?>) method.invoke(source, arguments);
            return method.getName().equals("read")
                    ? answer.thenCompose(found -> gate.get().thenApply(open -> found))
                    : answer;
        });
    }

    /** Whatever is pushed to the log is stored at once, which is told only when the gate is open. */
    private static Sink late(Sink sink, Supplier<CompletableFuture<Void>> gate) {
        return proxy(Sink.class, (method, arguments) -> {
            Object push = method.invoke(sink, arguments);
            return method.getName().equals("push") ? late((Sink.Push) push, gate.get()) : push;
        });
    }

    private static Sink.Push late(Sink.Push push, CompletableFuture<Void> gate) {
        return proxy(Sink.Push.class, (method, arguments) -> {
            Object answer = method.invoke(push, arguments);
            return method.getName().equals("stored") ? gate.thenCompose(open -> (CompletableFuture<?>) answer) : answer;
        });
    }

    private interface Call {
        Object answer(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.answer(method, arguments)));
    }

    private ClusterPresence mount() {
        return mount(source -> source);
    }

    private ClusterPresence mount(UnaryOperator<Source> reading) {
        return mount(reading, sink -> sink);
    }

    private ClusterPresence mount(UnaryOperator<Source> reading, UnaryOperator<Sink> writing) {
        FakeConnection connection = cluster.connect();
        ClusterPresence mount = new ClusterPresence(
                new NoticeLog() {
                    @Override
                    public CompletableFuture<Topic> topic() {
                        return CompletableFuture.completedFuture(log);
                    }

                    @Override
                    public CompletableFuture<Boolean> hasTime() {
                        return CompletableFuture.completedFuture(timed);
                    }

                    @Override
                    public Sink sink() {
                        return writing.apply(connection.sink());
                    }

                    @Override
                    public Source source() {
                        return reading.apply(connection.source());
                    }
                },
                LEASE,
                PATIENCE,
                now::get);
        mounts.add(mount);
        return mount;
    }

    private Counted open(ClusterPresence mount) {
        return answer(mount.opened(pipe, () -> {}));
    }

    private static Writers look(Watch watch) {
        return answer(watch.look());
    }

    private void awaitAbsent(Watch watch) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (look(watch).present()) {
            assertTrue(System.nanoTime() < deadline, "a writer is still there");
        }
    }

    private static void awaitMore(AtomicInteger told, int before) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (told.get() <= before) {
            assertTrue(System.nanoTime() < deadline, "the watcher was not told");
            Thread.onSpinWait();
        }
    }

    private long said() {
        return cluster.extent(log.pipe(0)).end();
    }

    private void awaitSaid(long count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (said() < count) {
            assertTrue(System.nanoTime() < deadline, said() + " notices instead of " + count);
        }
    }

    /** Time passes, and these mounts do what they do meanwhile. */
    private void pass(Duration time, ClusterPresence... living) {
        for (long ms = 0; ms < time.toMillis(); ms += STEP_MS) {
            advance(Duration.ofMillis(STEP_MS));
            for (ClusterPresence mount : living) {
                mount.beat();
            }
            settle();
        }
    }

    /** What was asked for is answered, and what that led to. */
    private void settle() {
        for (int i = 0; i < 8; i++) {
            said();
        }
    }

    private void advance(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static <T> T answer(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void assertWaits(CompletableFuture<?> future) {
        settle();
        assertFalse(future.isDone());
    }

    private static void assertFailsWith(Reason reason, CompletableFuture<?> future) {
        Exception thrown = assertThrows(Exception.class, () -> wait(future));
        assertEquals(reason, PipeFailure.of(thrown).reason());
    }

    private static void wait(CompletableFuture<?> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        future.get(10, TimeUnit.SECONDS);
    }
}
