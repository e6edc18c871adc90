package org.dnpipes.presence;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.WriterPresence.Writers;
import org.dnpipes.presence.Others.Watcher;
import org.dnpipes.presence.Publisher.Stored;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One part of the log, as one mount uses it: tells others what this mount writes there, and finds out what others
 * write. Says nothing while nobody here writes or waits. Safe for use by many threads; callbacks run without a lock.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class Channel {
    private static final Logger LOG = LoggerFactory.getLogger(Channel.class);

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    /** How long the log is followed after the last one who waits has gone: the next one comes soon, as a rule. */
    private static final long LINGER = Duration.ofSeconds(10).toNanos();

    /** While nothing can be told, those who come are not made to wait as long as the first. */
    private static final long SHORT_PATIENCE = Duration.ofMillis(500).toNanos();

    private static final long RETRY = Duration.ofSeconds(1).toNanos();

    private final long patience;
    private final Lease lease;
    private final LongSupplier nanoTime;
    private final Source source;
    private final Place place;
    private final Publisher publisher;
    private final Tail tail;
    private final OwnWriters own;
    private final Others others;

    private @Nullable Examination examination;
    private long lastLooked;
    private long lastTried;
    private long lastStarted;
    /** Why the last look has failed; null if it has not. */
    private @Nullable PipeFailure lookFailure;

    private long lastWatched;
    private volatile boolean closed;

    /** Whether this mount still counts, being found out by a look that begins after {@code since}. */
    private record Examination(CompletableFuture<Void> done, long since, long deadline) {}

    /**
     * @param patience how long an opening or a confirmation is tried
     * @param later runs a task after a moment
     */
    Channel(Member self, NoticeLog log, int part, Duration patience, LongSupplier nanoTime, Executor later) {
        this.lease = self.lease();
        this.patience = patience.toNanos();
        this.nanoTime = nanoTime;
        this.source = log.source();
        this.place = new Place(log, part);
        this.own = new OwnWriters(self.mount(), lease);
        this.others = new Others(self.mount());
        this.publisher = new Publisher(place, log.sink(), own::draft, nanoTime, new Publisher.Outcome() {
            @Override
            public void stored(Stored stored) {
                notStoredAnyMore(own.isFailing());
                own.stored(stored, nanoTime.getAsLong()).forEach(writer -> writer.counted.complete(null));
            }

            @Override
            public void failed(PipeFailure failure) {
                notStored(failure);
            }
        });
        this.tail = new Tail(place, source, later, new Tail.Listener() {
            @Override
            public void restarted(Object reading) {
                tell(others.forget(reading));
            }

            @Override
            public void follows(Object reading, PipeId followed) {
                others.follow(reading, followed, nanoTime.getAsLong());
            }

            @Override
            public void line(Object reading, long where, String line) {
                Notice.of(line).ifPresent(notice -> tell(others.apply(reading, where, notice, nanoTime.getAsLong())));
            }
        });
    }

    // Writers of this mount

    /** A writer opens: its future {@link OwnWriter#counted} tells when, and whether, others count it. */
    OwnWriter opened(PipeId pipe, Runnable whenLapsed) {
        long now = nanoTime.getAsLong();
        OwnWriter writer = new OwnWriter(pipe, now + (own.isFailing() ? SHORT_PATIENCE : patience), whenLapsed);
        if (closed) {
            writer.counted.completeExceptionally(closing());
            return writer;
        }
        own.add(writer, now);
        if (writer.announced >= 0) {
            writer.counted.complete(null);
        } else {
            publish();
        }
        return writer;
    }

    /**
     * A writer closes.
     *
     * @param end one past its last message, 0 if there was none
     */
    void closed(OwnWriter writer, long end) {
        own.remove(writer, end);
        if (own.hasUnsaid() && !closed) {
            publish();
        }
    }

    /** See {@link org.dnpipes.pipe.WriterPresence.Counted#confirm}. */
    CompletableFuture<Void> confirm(OwnWriter writer) {
        // In this order: what an examination has found out meanwhile is seen then.
        boolean safe = own.isSafe(nanoTime.getAsLong());
        if (writer.lapsed) {
            return CompletableFuture.failedFuture(lapsed(writer));
        }
        if (safe) {
            return DONE;
        }
        return examine().thenRun(() -> {
            if (writer.lapsed) {
                throw lapsed(writer);
            }
        });
    }

    /** Finds out whether other mounts have counted this one out. */
    private CompletableFuture<Void> examine() {
        CompletableFuture<Void> done;
        synchronized (this) {
            if (examination != null) {
                return examination.done();
            }
            done = new CompletableFuture<>();
            long limit = own.isFailing() ? SHORT_PATIENCE : patience;
            long now = nanoTime.getAsLong();
            examination = new Examination(done, now, now + limit);
        }
        look();
        return done;
    }

    private void failExamination(PipeFailure failure) {
        Examination ended;
        synchronized (this) {
            ended = examination;
            examination = null;
        }
        if (ended != null) {
            ended.done().completeExceptionally(failure);
        }
    }

    /** @param began when the look began that has shown whether this mount still counts */
    private void endExamination(long began) {
        Examination ended;
        synchronized (this) {
            if (examination == null || began - examination.since() < 0) {
                return;
            }
            ended = examination;
            examination = null;
        }
        ended.done().complete(null);
    }

    // Writers of others

    /** Begins to watch a pipe. */
    Watcher watch(String pipe, Runnable changed) {
        // Before anybody watches: a beginning is no news.
        startTail();
        Watcher watcher = new Watcher(pipe, changed);
        if (others.add(watcher)) {
            watcher.began.complete(null);
            return watcher;
        }
        place.use(log -> source.extent(log).thenAccept(extent -> others.began(watcher, log, extent.end())))
                .whenComplete((done, failure) -> watcher.began.complete(null));
        return watcher;
    }

    void unwatch(Watcher watcher) {
        others.remove(watcher);
    }

    /** A fresh look at the writers of others. */
    CompletableFuture<Writers> look(Watcher watcher) {
        Optional<Writers> present = others.present(watcher);
        if (present.isPresent()) {
            return CompletableFuture.completedFuture(present.get());
        }
        return look().thenApply(done -> {
            Writers writers = others.writers(watcher).orElseThrow(Channel::readAnew);
            if (!writers.present() && others.isUnsettled(nanoTime.getAsLong())) {
                throw unknown("was made again, and other mounts may not have told yet who writes there", null);
            }
            return writers;
        });
    }

    /**
     * Completes when the log is read up to a notice that was published after this call: whatever was told before it is
     * known then.
     */
    private CompletableFuture<Void> look() {
        synchronized (this) {
            lastLooked = nanoTime.getAsLong();
        }
        startTail();
        return publish()
                .thenCompose(stored -> tail.reached(stored.log(), stored.end()).thenRun(() -> looked(stored)))
                .whenComplete((done, failure) -> lookEnded(failure == null ? null : PipeFailure.of(failure)))
                .exceptionally(failure -> {
                    PipeFailure why = PipeFailure.of(failure);
                    if (why.reason() == Reason.CLOSED && !closed) {
                        // Nobody watched for a while, so the log was not followed any more; the next look begins anew.
                        throw readAnew();
                    }
                    boolean gone = why.reason() == Reason.GONE || why.reason() == Reason.MISSING;
                    // That is no news about the reader's own pipe.
                    throw gone ? unknown("was deleted, and is about to be made again", why) : why;
                });
    }

    private void startTail() {
        synchronized (this) {
            lastStarted = nanoTime.getAsLong();
        }
        tail.start();
    }

    private static PipeFailure readAnew() {
        return unknown("is being read anew", null);
    }

    private static PipeFailure unknown(String what, @Nullable PipeFailure cause) {
        String message = "topic " + NoticeLog.TOPIC + ", where mounts tell each other who writes, " + what;
        return new PipeFailure(Reason.TIMED_OUT, message, cause);
    }

    private void lookEnded(@Nullable PipeFailure failure) {
        synchronized (this) {
            lookFailure = failure;
        }
        if (failure != null && isDefinite(failure) && failure.reason() != Reason.CLOSED) {
            failExamination(failure);
        }
    }

    /**
     * Whether trying again is in vain. Not after a failure of which nobody knows the reason: a mount that can make no
     * more threads cannot read now, and a writer that is failed is failed for good.
     */
    private static boolean isDefinite(PipeFailure failure) {
        return !passes(failure) && failure.reason() != Reason.FAILED;
    }

    /** Whether it may be otherwise soon, without anybody doing anything about it. */
    private static boolean passes(PipeFailure failure) {
        return failure.reason() == Reason.TIMED_OUT
                || failure.reason() == Reason.GONE
                || failure.reason() == Reason.MISSING;
    }

    private void looked(Stored stored) {
        Map<String, Long> silent =
                others.proven(stored.log(), stored.end(), nanoTime.getAsLong()).orElseThrow(Channel::readAnew);
        own.examined(stored.notice().number(), others.lapsedUpTo()).forEach(writer -> {
            LOG.warn(
                    "This mount was silent for longer than its lease of {} s, so others have counted out its writer of"
                            + " pipe {}: what it writes fails from now on",
                    lease.length().toSeconds(),
                    writer.id);
            writer.whenLapsed.run();
        });
        if (!own.isDoubtful()) {
            endExamination(stored.began());
        }
        if (!silent.isEmpty()) {
            LOG.info("Mounts {} are silent for longer than their leases: their writers are counted out", silent);
            own.expel(silent);
        }
        if (own.hasUnsaid()) {
            publish();
        }
    }

    private static void tell(List<Runnable> watchers) {
        for (Runnable changed : watchers) {
            try {
                changed.run();
            } catch (RuntimeException e) {
                // One reader's trouble must not make the others deaf.
                LOG.error("Telling a reader about writers failed, which is a bug in dnpipes: {}", e.toString(), e);
            }
        }
    }

    // Both

    private CompletableFuture<Stored> publish() {
        synchronized (this) {
            lastTried = nanoTime.getAsLong();
        }
        return publisher.publish();
    }

    private void notStored(PipeFailure failure) {
        boolean first = own.failed();
        if (first && failure.reason() != Reason.CLOSED) {
            LOG.warn("Mounts cannot tell each other who writes: {}", failure.getMessage());
        }
        if (isDefinite(failure)) {
            own.waiting().forEach(writer -> writer.counted.completeExceptionally(failure));
            failExamination(failure);
        }
    }

    private static void notStoredAnyMore(boolean wasFailing) {
        if (wasFailing) {
            LOG.info("Mounts can tell each other again who writes");
        }
    }

    /** Does what is due. Called several times a second. */
    void beat() {
        long now = nanoTime.getAsLong();
        giveUp(now);
        long sinceLooked;
        long sinceTried;
        long sinceStarted;
        boolean doubtful;
        boolean failing;
        synchronized (this) {
            sinceLooked = now - lastLooked;
            sinceTried = now - lastTried;
            sinceStarted = now - lastStarted;
            doubtful = examination != null || own.isDoubtful();
            failing = lookFailure != null;
        }
        if (others.isWatched() && !tail.isRunning() && sinceStarted >= RETRY) {
            startTail();
        }
        long lookEvery = others.lookEvery(now);
        // Counted from the last look, not from the last notice: writers that come and go here tell nothing of others.
        if (doubtful ? sinceLooked >= (failing ? RETRY : 0) : lookEvery > 0 && sinceLooked >= lookEvery) {
            look();
        } else if (own.hasUnsaid() ? sinceTried >= retry() : !own.isEmpty() && sinceTried >= lease.renewal()) {
            publish();
        }
        rest(now, doubtful || own.isDoubtful());
    }

    private long retry() {
        return own.isFailing() ? Math.min(RETRY, lease.renewal()) : 0;
    }

    private void giveUp(long now) {
        PipeFailure late = new PipeFailure(
                Reason.TIMED_OUT,
                "other mounts could not be told in time that somebody writes here; is Kafka reachable?");
        own.late(now).forEach(writer -> writer.counted.completeExceptionally(late));
        boolean expired;
        PipeFailure why;
        synchronized (this) {
            expired = examination != null && examination.deadline() - now < 0;
            why = lookFailure;
        }
        if (expired) {
            failExamination(why == null ? late : notFoundOut(why));
        }
    }

    private static PipeFailure notFoundOut(PipeFailure why) {
        return new PipeFailure(
                Reason.TIMED_OUT,
                "it could not be found out in time whether others still wait for this mount's writers: "
                        + why.getMessage(),
                why);
    }

    private void rest(long now, boolean doubtful) {
        synchronized (this) {
            if (doubtful || others.isWatched()) {
                lastWatched = now;
            }
            if (now - lastWatched < LINGER) {
                return;
            }
        }
        if (tail.isRunning() && others.rest()) {
            tail.stop();
        }
    }

    /** Tells others that nobody writes here any more, if there is something to tell. */
    CompletableFuture<?> close() {
        closed = true;
        own.waiting().forEach(writer -> writer.counted.completeExceptionally(closing()));
        failExamination(closing());
        boolean silent = own.isEmpty() && !own.hasUnsaid();
        own.clear();
        return silent ? DONE : publish();
    }

    void stop() {
        tail.stop();
    }

    private static PipeFailure closing() {
        return new PipeFailure(Reason.CLOSED, "the mount is ending");
    }

    private PipeFailure lapsed(OwnWriter writer) {
        return new PipeFailure(
                Reason.LAPSED,
                "this mount was silent for longer than its lease of "
                        + lease.length().toSeconds() + " s, and others have counted out this writer of pipe "
                        + writer.id + "; open it again");
    }

    /** Who this mount is for others. */
    record Member(String mount, Lease lease) {

        /** A name of its own for each part: where the log has fewer parts, several share one. */
        Member in(int part) {
            return new Member(mount + "-" + part, lease);
        }
    }

    static List<Channel> all(Member self, NoticeLog log, Duration patience, LongSupplier nanoTime, Executor later) {
        return IntStream.range(0, NoticeLog.PARTS)
                .mapToObj(part -> new Channel(self.in(part), log, part, patience, nanoTime, later))
                .toList();
    }
}
