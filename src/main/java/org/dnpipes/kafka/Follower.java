package org.dnpipes.kafka;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.dnpipes.kafka.ClientSettings.FetchLimits;
import org.dnpipes.kafka.Feed.Wanted;
import org.dnpipes.pipe.PipeFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits at the end of many pipes with one thread and one consumer.
 *
 * <p>A pipe that joins has to wait until the broker has answered the fetch under way, so there are two followers: a
 * young one whose fetches are short, and an old one that costs next to nothing. Who waits for long is taken over by the
 * old one; both follow the pipe for a while, so that nothing comes late.
 */
final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    static final int YOUNG = 0;
    static final int OLD = 1;

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long REVIEW_MS = 250;
    private static final long JOIN_OLDER_MS = 1_000;
    /** Longer than it takes the old follower to get round to its newcomers. */
    private static final long LEAVE_MS = 3_000;
    /** How long a pipe is followed that nobody waits for: readers come again at once, if they do. */
    private static final long UNWANTED_MS = 1_000;

    private static final long IDLE_MS = 60_000;

    private final int index;
    private final String name;
    private final FetchLimits limits;
    private final Consumers consumers;
    private final ReadOutcomes outcomes;
    private final @Nullable Follower older;

    /** These are guarded by this. */
    private final Queue<Arrival> arrivals = new ArrayDeque<>();

    private @Nullable Thread thread;
    private boolean closed;

    private volatile boolean reviewNow;
    private volatile @Nullable KafkaConsumer<ByteBuffer, @Nullable ByteBuffer> consumer;

    /** These belong to the thread. */
    private final Map<TopicPartition, Tail> tails = new HashMap<>();

    private long reviewed = System.nanoTime();

    private record Arrival(Feed feed, long from) {}

    private static final class Tail {
        final Feed feed;
        final long joined = System.nanoTime();
        long position;
        long wanted = joined;
        boolean paused;

        Tail(Feed feed, long position) {
            this.feed = feed;
            this.position = position;
        }
    }

    private Follower(int index, Duration longestWait, @Nullable Follower older, Consumers consumers, ReadOutcomes out) {
        this.index = index;
        this.name = index == YOUNG ? "follow-young" : "follow";
        this.limits = new FetchLimits(longestWait, 256 << 10, 4 << 20, 5_000);
        this.older = older;
        this.consumers = consumers;
        this.outcomes = out;
    }

    static Follower old(Consumers consumers, ReadOutcomes outcomes) {
        return new Follower(OLD, Duration.ofMillis(500), null, consumers, outcomes);
    }

    static Follower young(Follower older, Consumers consumers, ReadOutcomes outcomes) {
        return new Follower(YOUNG, Duration.ofMillis(50), older, consumers, outcomes);
    }

    /** Follows the pipe from that position on. False if it cannot now, since no thread can be made. */
    boolean join(Feed feed, long from) {
        synchronized (this) {
            if (closed) {
                return true;
            }
            if (thread == null) {
                Thread made = Threads.named(name, this::run);
                if (!Threads.start(made)) {
                    return false;
                }
                thread = made;
            }
            arrivals.add(new Arrival(feed, from));
            notifyAll();
        }
        wakeup();
        return true;
    }

    /** Goes on with pipes that were paused because nobody asked for more. */
    void resume() {
        reviewNow = true;
        wakeup();
    }

    /** Starts to end the thread, which is returned if there is one. */
    Optional<Thread> close() {
        Optional<Thread> running;
        synchronized (this) {
            closed = true;
            running = Optional.ofNullable(thread);
            notifyAll();
        }
        wakeup();
        return running;
    }

    private void wakeup() {
        KafkaConsumer<?, ?> current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    private void run() {
        try {
            Collection<Arrival> newcomers;
            while ((newcomers = await()) != null) {
                if (newcomers.isEmpty() && tails.isEmpty()) {
                    closeConsumer();
                } else {
                    turn(newcomers);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (isOwner()) {
                closeConsumer();
                ended();
            }
        }
    }

    /** Not any more when it has found nothing to do for long: then the next thread may have begun, with a consumer. */
    private synchronized boolean isOwner() {
        return thread == Thread.currentThread();
    }

    /** Whoever comes next needs another thread, and so does who has come meanwhile. */
    private void ended() {
        List<Arrival> left;
        synchronized (this) {
            thread = null;
            left = List.copyOf(arrivals);
            arrivals.clear();
        }
        tell(
                left.stream()
                        .flatMap(arrival -> arrival.feed.waiting().stream())
                        .distinct()
                        .toList(),
                outcomes::again);
    }

    private void closeConsumer() {
        Consumers.close(consumer);
        consumer = null;
    }

    /**
     * Newcomers; or none if there are pipes to follow anyway, or nothing to do for long; null if the thread is to end.
     */
    private synchronized @Nullable Collection<Arrival> await() throws InterruptedException {
        long began = System.nanoTime();
        while (!closed && arrivals.isEmpty() && tails.isEmpty()) {
            long left = IDLE_MS - Topics.ageMillis(began);
            if (left <= 0 && consumer != null) {
                // Without the lock, and before the next thread may begin.
                return List.of();
            }
            if (left <= 0) {
                thread = null;
                return null;
            }
            wait(left);
        }
        if (closed) {
            return null;
        }
        List<Arrival> newcomers = List.copyOf(arrivals);
        arrivals.clear();
        return newcomers;
    }

    private void turn(Collection<Arrival> newcomers) throws InterruptedException {
        try {
            follow(newcomers);
        } catch (RuntimeException | Error e) {
            startOver(newcomers, e);
        }
    }

    private void follow(Collection<Arrival> newcomers) {
        try {
            KafkaConsumer<ByteBuffer, @Nullable ByteBuffer> own = consumer();
            admit(own, newcomers);
            if (reviewNow || Topics.ageMillis(reviewed) > REVIEW_MS) {
                review(own);
            }
            if (!tails.isEmpty()) {
                deliver(own, own.poll(POLL));
            }
        } catch (WakeupException e) {
            // Somebody came, or wants more, or the end.
        } catch (InvalidOffsetException e) {
            tell(dropped(e.partitions()), read -> outcomes.outOfRange(read, Consumers.intact(e, read.feed.partition)));
        } catch (TopicAuthorizationException e) {
            List<TopicPartition> refused = tails.keySet().stream()
                    .filter(partition -> e.unauthorizedTopics().contains(partition.topic()))
                    .toList();
            tell(dropped(refused), read -> outcomes.failed(read, e));
        }
    }

    private void admit(KafkaConsumer<?, ?> own, Collection<Arrival> newcomers) {
        List<Tail> moved = new ArrayList<>();
        for (Arrival newcomer : newcomers) {
            Tail tail = tails.get(newcomer.feed.partition);
            if (tail != null && tail.feed != newcomer.feed) {
                // Two topics that had the same name, one after the other. Which one is there now will be found out.
                tell(dropped(List.of(newcomer.feed.partition)), outcomes::again);
                tail = null;
            }
            if (tail == null) {
                tail = new Tail(newcomer.feed, newcomer.from);
                tails.put(newcomer.feed.partition, tail);
                moved.add(tail);
            } else if (newcomer.from < tail.position) {
                tail.position = newcomer.from;
                moved.add(tail);
            }
        }
        if (!newcomers.isEmpty() || own.assignment().size() != tails.size()) {
            own.assign(tails.keySet());
        }
        for (Tail tail : moved) {
            own.seek(tail.feed.partition, tail.feed.seekTo(tail.position));
            // It may have been followed, and paused, before.
            own.resume(List.of(tail.feed.partition));
            tail.paused = false;
            tail.feed.followedAt(index, tail.position);
        }
    }

    private void deliver(KafkaConsumer<?, ?> own, ConsumerRecords<ByteBuffer, @Nullable ByteBuffer> polled) {
        polled.nextOffsets().forEach((partition, next) -> {
            Tail tail = tails.get(partition);
            if (tail != null) {
                deliver(tail, polled.records(partition), next);
                pauseOrResume(own, tail);
            }
        });
    }

    private void deliver(
            Tail tail, List<ConsumerRecord<ByteBuffer, @Nullable ByteBuffer>> records, OffsetAndMetadata next) {
        long first = tail.position;
        int used = 0;
        tail.position = next.offset();
        // Before the readers are told: they come again at once, to wait there.
        tail.feed.followedAt(index, tail.position);
        do {
            Piece piece = Piece.of(first, next.offset(), records, used);
            used = piece.end();
            first = piece.chunk().next();
            tail.feed.deliver(piece, used == records.size() ? next : null);
        } while (used < records.size());
    }

    private void review(KafkaConsumer<?, ?> own) {
        reviewNow = false;
        reviewed = System.nanoTime();
        List<TopicPartition> left = new ArrayList<>();
        for (Tail tail : tails.values()) {
            if (tail.feed.isWaitedFor()) {
                tail.wanted = reviewed;
            }
            if (isOver(tail)) {
                left.add(tail.feed.partition);
            } else {
                pauseOrResume(own, tail);
            }
        }
        left.forEach(tails::remove);
        if (!left.isEmpty()) {
            own.assign(tails.keySet());
        }
    }

    /** Whether the tail has been given up. */
    private boolean isOver(Tail tail) {
        if (tail.feed.isEnded()) {
            tail.feed.followedAt(index, Feed.NOWHERE);
            return true;
        }
        if (Topics.ageMillis(tail.wanted) > UNWANTED_MS) {
            return tail.feed.leave(index);
        }
        if (older != null && Topics.ageMillis(tail.joined) > JOIN_OLDER_MS) {
            if (!tail.feed.isFollowed(OLD)) {
                older.join(tail.feed, tail.position);
            } else if (Topics.ageMillis(tail.joined) > LEAVE_MS) {
                return tail.feed.leaveTo(OLD, index);
            }
        }
        return false;
    }

    private static void pauseOrResume(KafkaConsumer<?, ?> own, Tail tail) {
        boolean full = tail.feed.isFull();
        if (full && !tail.paused) {
            own.pause(List.of(tail.feed.partition));
        } else if (!full && tail.paused) {
            own.resume(List.of(tail.feed.partition));
        }
        tail.paused = full;
    }

    /** Gives up these tails and returns who waits there. */
    private List<Wanted> dropped(Collection<TopicPartition> partitions) {
        List<Wanted> waiting = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            Tail tail = tails.remove(partition);
            if (tail != null) {
                tail.feed.followedAt(index, Feed.NOWHERE);
                waiting.addAll(tail.feed.waiting());
            }
        }
        return waiting;
    }

    /** Every read is tried on its own: the one that is the cause fails there, the others come back. */
    private void startOver(Collection<Arrival> newcomers, Throwable cause) throws InterruptedException {
        LOG.debug("{} starts over", name, cause);
        List<Wanted> waiting = dropped(List.copyOf(tails.keySet()));
        newcomers.forEach(newcomer -> waiting.addAll(newcomer.feed.waiting()));
        closeConsumer();
        pause();
        tell(waiting.stream().distinct().toList(), outcomes::again);
    }

    /** Whatever happens to one of them: who waits for the others would wait for ever. */
    private static void tell(List<Wanted> reads, Consumer<Wanted> outcome) {
        for (Wanted read : reads) {
            try {
                outcome.accept(read);
            } catch (RuntimeException | Error e) {
                LOG.error("{}: reading failed, which is a bug in dnpipes: {}", read.feed.pipe, e.toString(), e);
                read.feed.fail(read, PipeFailure.of(e));
            }
        }
    }

    /** What fails at once must not be tried without end. */
    private synchronized void pause() throws InterruptedException {
        long began = System.nanoTime();
        long left;
        while (!closed && (left = REVIEW_MS - Topics.ageMillis(began)) > 0) {
            wait(left);
        }
    }

    private KafkaConsumer<ByteBuffer, @Nullable ByteBuffer> consumer() {
        KafkaConsumer<ByteBuffer, @Nullable ByteBuffer> own = consumer;
        if (own == null) {
            own = consumers.make(name, limits);
            consumer = own;
        }
        return own;
    }
}
