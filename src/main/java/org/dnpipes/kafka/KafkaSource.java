package org.dnpipes.kafka;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dnpipes.kafka.Feed.Asked;
import org.dnpipes.kafka.Feed.Wanted;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.OutOfRange;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;

/**
 * Reads pipes. A read goes to a consumer of the pool, which answers at once if there is something; else it waits with a
 * follower, at no cost. Readers that have caught up stay with the follower.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class KafkaSource implements Source {
    private static final long WATCH_MS = 900;
    private static final long IDLE_MS = 10_000;
    /** How often the leader may say "out of range" about a position that is not: it may be a new one, or an old one. */
    private static final int MOST_DOUBTS = 5;

    private final Topics topics;
    private final Extents extents;
    private final LeaderEpochs epochs;
    private final RecentChunks recent = new RecentChunks();
    private final Map<PipeId, Feed> feeds = new ConcurrentHashMap<>();
    /** Looks at topics that are under way. */
    private final AtomicInteger looks = new AtomicInteger();

    private final Fetchers fetchers;
    private final Follower young;
    private final Follower old;
    private volatile boolean closed;

    KafkaSource(
            Topics topics, Extents extents, LeaderEpochs epochs, Consumers consumers, ScheduledExecutorService timer) {
        this.topics = topics;
        this.extents = extents;
        this.epochs = epochs;
        Outcomes outcomes = new Outcomes();
        this.fetchers = new Fetchers(consumers, outcomes);
        this.old = Follower.old(consumers, outcomes);
        this.young = Follower.young(old, consumers, outcomes);
        timer.scheduleWithFixedDelay(
                Threads.lasting("watching pipes", this::watch), WATCH_MS, WATCH_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletableFuture<Extent> extent(PipeId pipe) {
        return extents.extent(pipe);
    }

    @Override
    public CompletableFuture<Instant> newest(PipeId pipe) {
        return extents.newest(pipe);
    }

    @Override
    public CompletableFuture<Long> firstSince(PipeId pipe, Instant time) {
        return extents.firstSince(pipe, time);
    }

    @Override
    public CompletableFuture<Chunk> read(PipeId pipe, long from) {
        Asked asked;
        do {
            asked = feeds.computeIfAbsent(pipe, p -> new Feed(p, recent, epochs))
                    .ask(from);
        } while (asked == null);
        if (asked.resume()) {
            young.resume();
            old.resume();
        }
        if (asked.fetch() != null) {
            fetch(asked.fetch());
        }
        if (closed) {
            // Whoever came after the feeds were told.
            asked.result().completeExceptionally(closing());
        }
        return asked.result();
    }

    /** A consumer reads by name: first see that it is the name of the same topic. Known as a rule. */
    private void fetch(Wanted read) {
        if (read.feed.isVerified()) {
            fetchers.submit(read);
            return;
        }
        topics.require(read.feed.pipe).whenComplete((same, failure) -> {
            if (failure == null) {
                read.feed.verified();
                fetchers.submit(read);
            } else {
                unverified(read, PipeFailure.of(failure));
            }
        });
    }

    /** A broker that does not answer, or does not let us look, is no reason not to read. */
    private void unverified(Wanted read, PipeFailure failure) {
        if (failure.reason() == Reason.TIMED_OUT) {
            later(read);
        } else if (failure.reason() == Reason.UNAUTHORIZED) {
            fetchers.submit(read);
        } else {
            read.feed.fail(read, failure);
        }
    }

    private void later(Wanted read) {
        topics.later(100).thenRun(() -> {
            if (read.isWanted()) {
                fetch(read);
            }
        });
    }

    /** Messages of that pipe were removed. */
    void forget(PipeId pipe) {
        Feed feed = feeds.get(pipe);
        if (feed != null) {
            feed.forget();
        }
    }

    /** Once a second: a consumer does not tell that a topic was deleted, and goes on if it is made again. */
    private void watch() {
        recent.dropOld();
        List<Feed> used = new ArrayList<>();
        feeds.values().removeIf(feed -> feed.retire(IDLE_MS));
        for (Feed feed : feeds.values()) {
            if (feed.isUsed()) {
                used.add(feed);
            }
        }
        if (looks.get() > 0) {
            return;
        }
        looks.addAndGet(used.size());
        for (Feed feed : used) {
            topics.requireNow(feed.pipe).whenComplete((same, failure) -> {
                looks.decrementAndGet();
                if (failure == null) {
                    feed.verified();
                } else if (PipeFailure.of(failure).reason() == Reason.GONE) {
                    end(feed, PipeFailure.of(failure));
                }
            });
        }
    }

    /** A consumer that went on asking for what is gone would get an error each time, at once. */
    private void end(Feed feed, PipeFailure failure) {
        feeds.remove(feed.pipe, feed);
        feed.end(failure);
        young.resume();
        old.resume();
    }

    /** Fails waiting reads and starts to end the threads, which are returned. */
    List<Thread> close() {
        closed = true;
        feeds.values().forEach(feed -> end(feed, closing()));
        List<Thread> threads = new ArrayList<>(fetchers.close());
        young.close().ifPresent(threads::add);
        old.close().ifPresent(threads::add);
        return threads;
    }

    private static PipeFailure closing() {
        return new PipeFailure(Reason.CLOSED, "the connection to Kafka is being closed");
    }

    private final class Outcomes implements ReadOutcomes {
        @Override
        public void nothingYet(Wanted read) {
            if (!young.join(read.feed, read.from)) {
                later(read);
            }
        }

        @Override
        public void outOfRange(Wanted read, long intact) {
            PipeId pipe = read.feed.pipe;
            extents.answer(pipe).whenComplete((answer, failure) -> {
                if (failure != null) {
                    notAnswered(read, PipeFailure.of(failure));
                    return;
                }
                // The next one does not seek with an epoch that the leader may not know any more.
                read.feed.forget();
                if (answer.excludes(read.from) || read.from > intact) {
                    read.feed.fail(read, new OutOfRange(pipe, read.from, answer.extent(), intact));
                } else if (++read.doubts < MOST_DOUBTS) {
                    later(read);
                } else {
                    // Nothing may be left out because brokers do not agree.
                    read.feed.fail(
                            read, new PipeFailure(Reason.TIMED_OUT, "brokers do not agree where " + pipe + " ends"));
                }
            });
        }

        @Override
        public void failed(Wanted read, RuntimeException cause) {
            PipeFailure failure = Failures.of("read pipe " + read.feed.pipe, cause);
            if (failure.reason() == Reason.MISSING) {
                again(read);
            } else {
                notAnswered(read, failure);
            }
        }

        /** A broker that is away is waited for. */
        private void notAnswered(Wanted read, PipeFailure failure) {
            if (failure.reason() == Reason.TIMED_OUT) {
                later(read);
            } else {
                read.feed.fail(read, failure);
            }
        }

        @Override
        public void again(Wanted read) {
            topics.requireNow(read.feed.pipe).whenComplete((same, failure) -> {
                if (failure == null) {
                    later(read);
                } else {
                    unverified(read, PipeFailure.of(failure));
                }
            });
        }
    }
}
