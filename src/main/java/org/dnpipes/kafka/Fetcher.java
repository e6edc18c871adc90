package org.dnpipes.kafka;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.dnpipes.kafka.ClientSettings.FetchLimits;
import org.dnpipes.kafka.Feed.Wanted;
import org.dnpipes.pipe.PipeId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread with one consumer that reads one pipe at a time, and remembers where it stands. */
final class Fetcher {
    private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);

    /**
     * The broker answers at once, also if there is nothing: waiting is what the followers are for. 4 MiB a fetch keep
     * the consumer busy while the next one is under way.
     */
    private static final FetchLimits LIMITS = new FetchLimits(Duration.ZERO, 4 << 20, 4 << 20, 20_000);

    private static final Duration POLL = Duration.ofMillis(2);
    /** A read that is not answered for so long moves on to the followers, which can wait for any number. */
    private static final long PATIENCE_MS = 300;

    private final Fetchers pool;
    private final Consumers consumers;
    private final ReadOutcomes outcomes;
    private final String name;
    private final Thread thread;

    /** These are guarded by the pool. */
    @Nullable
    Wanted assigned;

    boolean idle;
    /** How many reads it has served one after the other where it stood, while others waited. */
    int inARow;

    long idleSince = System.nanoTime();
    private @Nullable PipeId pipe;
    private long position;

    private volatile @Nullable KafkaConsumer<ByteBuffer, @Nullable ByteBuffer> consumer;
    /** These belong to the thread. */
    private @Nullable Feed feed;

    private long next;
    private @Nullable OffsetAndMetadata end;
    private List<ConsumerRecord<ByteBuffer, @Nullable ByteBuffer>> records = List.of();
    private int used;

    Fetcher(Fetchers pool, Consumers consumers, ReadOutcomes outcomes, String name) {
        this.pool = pool;
        this.consumers = consumers;
        this.outcomes = outcomes;
        this.name = name;
        this.thread = Threads.named(name, this::run);
    }

    /** False if there can be no more threads. */
    boolean start() {
        return Threads.start(thread);
    }

    Thread thread() {
        return thread;
    }

    void wakeup() {
        KafkaConsumer<?, ?> current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    /** Called by the pool, with its lock. */
    boolean standsAt(Wanted read) {
        return read.from == position && read.feed.pipe.equals(pipe);
    }

    /** Whether nobody is likely to go on where it stands. Called by the pool, with its lock. */
    boolean isCold(long warmMillis) {
        return pipe == null || Topics.ageMillis(idleSince) > warmMillis;
    }

    /** Called by the pool, with its lock. */
    void stand(@Nullable PipeId at, long offset) {
        pipe = at;
        position = offset;
        idleSince = System.nanoTime();
    }

    private void run() {
        try {
            while (true) {
                Wanted read = pool.next(this, feed == null ? null : feed.pipe, next);
                if (read != null && read.isWanted()) {
                    serveInAnyCase(read);
                } else if (read == null && feed == null) {
                    return;
                } else if (read == null) {
                    rest();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            pool.ended(this);
            Consumers.close(consumer);
        }
    }

    /** Whatever happens: who waits for the read would wait for ever, and so would all who come to that place. */
    private void serveInAnyCase(Wanted read) {
        try {
            serve(read);
        } catch (RuntimeException | Error e) {
            LOG.error("{}: reading failed, which is a bug in dnpipes: {}", read.feed.pipe, e.toString(), e);
            outcomes.failed(read, new KafkaException(e));
        }
    }

    private void serve(Wanted read) {
        boolean used = consumer != null;
        try {
            fetch(read);
        } catch (WakeupException e) {
            // The pool is closing.
        } catch (InvalidOffsetException e) {
            leave();
            outcomes.outOfRange(read, Consumers.intact(e, read.feed.partition));
        } catch (TopicAuthorizationException e) {
            // The consumer is as good as before: to connect another for each file of a listing would cost far more.
            rest();
            outcomes.failed(read, e);
        } catch (RuntimeException | Error e) {
            // Whatever state the consumer is in, the next read gets another one.
            leave();
            Consumers.close(consumer);
            consumer = null;
            if (used && !(e instanceof KafkaException)) {
                // It is not the cluster: perhaps what the consumer has read before does not go with this. Its metrics
                // cannot count topics "a.b" and "a_b", though there was only one of them at a time.
                LOG.debug("{} reads {} with another consumer", name, read.feed.pipe, e);
                serve(read);
            } else {
                outcomes.failed(read, e instanceof RuntimeException failure ? failure : new KafkaException(e));
            }
        }
    }

    private void fetch(Wanted read) {
        KafkaConsumer<ByteBuffer, @Nullable ByteBuffer> own = consumer();
        if (read.feed != feed || read.from != next) {
            seek(own, read);
        }
        TopicPartition partition = read.feed.partition;
        long began = System.nanoTime();
        while (used == records.size()) {
            ConsumerRecords<ByteBuffer, @Nullable ByteBuffer> polled = own.poll(POLL);
            end = polled.nextOffsets().get(partition);
            if (end != null) {
                records = polled.records(partition);
                used = 0;
                break;
            }
            OptionalLong lag = own.currentLag(partition);
            boolean atEnd = lag.isPresent() && lag.getAsLong() <= 0;
            if (atEnd || Topics.ageMillis(began) > PATIENCE_MS) {
                outcomes.nothingYet(read);
                return;
            }
        }
        deliver(read.feed);
    }

    private void deliver(Feed to) {
        if (end == null) {
            return;
        }
        Piece piece = Piece.of(next, end.offset(), records, used);
        used = piece.end();
        next = piece.chunk().next();
        // Before: whoever gets it asks for more at once.
        pool.willStand(this, to.pipe, next);
        to.deliver(piece, used == records.size() ? end : null);
    }

    private void seek(KafkaConsumer<ByteBuffer, @Nullable ByteBuffer> own, Wanted read) {
        leave();
        // A partition that is assigned anew has no memory of an earlier end.
        own.assign(List.of());
        own.assign(List.of(read.feed.partition));
        own.seek(read.feed.partition, read.feed.seekTo(read.from));
        feed = read.feed;
        next = read.from;
    }

    /** Nobody goes on where it stands: what it has read ahead is dropped. */
    private void rest() {
        leave();
        KafkaConsumer<?, ?> own = consumer;
        if (own != null) {
            own.assign(List.of());
        }
    }

    private void leave() {
        feed = null;
        end = null;
        records = List.of();
        used = 0;
    }

    private KafkaConsumer<ByteBuffer, @Nullable ByteBuffer> consumer() {
        KafkaConsumer<ByteBuffer, @Nullable ByteBuffer> own = consumer;
        if (own == null) {
            own = consumers.make(name, LIMITS);
            consumer = own;
        }
        return own;
    }
}
