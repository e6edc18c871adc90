package org.dnpipes.kafka;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeId;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for what of one pipe. Whichever consumer gets messages delivers them here; it does not matter if two
 * deliver the same. Safe for use by many threads; futures are completed without the lock.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class Feed {
    /** Nobody reads there. */
    static final long NOWHERE = -1;

    final PipeId pipe;
    final TopicPartition partition;
    private final RecentChunks recent;
    private final LeaderEpochs epochs;

    private final Map<Long, Wanted> wanted = new TreeMap<>();
    /** Where the followers stand, each in its place. */
    private final long[] following = {NOWHERE, NOWHERE};
    /** Bytes that were delivered although nobody had asked for them yet. */
    private long ahead;

    private long usedNanos = System.nanoTime();
    private long verifiedNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(Topics.FRESH_MS);
    private boolean retired;
    private boolean ended;
    private @Nullable OffsetAndMetadata last;

    Feed(PipeId pipe, RecentChunks recent, LeaderEpochs epochs) {
        this.pipe = pipe;
        this.partition = Extents.partition(pipe);
        this.recent = recent;
        this.epochs = epochs;
    }

    /** Reads from one position, all with the same outcome. */
    static final class Wanted {
        final Feed feed;
        final long from;
        /** How often the position was said to be out of range although it is not. */
        int doubts;

        private final List<CompletableFuture<Chunk>> readers = new ArrayList<>();

        private Wanted(Feed feed, long from) {
            this.feed = feed;
            this.from = from;
        }

        /** Whether anybody still waits for it. */
        boolean isWanted() {
            synchronized (feed) {
                return feed.wanted.get(from) == this;
            }
        }
    }

    /**
     * What has to be done for a read.
     *
     * @param result completes with what the read returns
     * @param fetch the read nobody looks after yet, if that is so
     * @param resume whether a follower may have to be told to go on
     */
    record Asked(CompletableFuture<Chunk> result, @Nullable Wanted fetch, boolean resume) {}

    /** A read from {@code from} on; null if this feed was retired and another one must be made. */
    synchronized @Nullable Asked ask(long from) {
        if (retired) {
            return null;
        }
        usedNanos = System.nanoTime();
        boolean wasFull = isFull();
        Chunk chunk = recent.get(pipe, from);
        if (chunk != null) {
            ahead = Math.max(0, ahead - chunk.length());
            return new Asked(CompletableFuture.completedFuture(chunk), null, wasFull && !isFull());
        }
        ahead = 0;
        CompletableFuture<Chunk> result = new CompletableFuture<>();
        Wanted same = wanted.get(from);
        boolean served = same != null || isFollowedAt(from);
        Wanted read = same != null ? same : new Wanted(this, from);
        read.readers.add(result);
        wanted.put(from, read);
        result.whenComplete((done, failure) -> {
            if (result.isCancelled()) {
                cancelled(read, result);
            }
        });
        return new Asked(result, served ? null : read, wasFull);
    }

    private synchronized void cancelled(Wanted read, CompletableFuture<Chunk> result) {
        if (wanted.get(read.from) != read) {
            // It is being answered, without the lock: its readers must not change any more.
            return;
        }
        read.readers.removeIf(reader -> reader == result);
        if (read.readers.isEmpty()) {
            wanted.remove(read.from, read);
        }
    }

    private boolean isFollowedAt(long from) {
        return following[0] == from || following[1] == from;
    }

    /** A consumer has read this piece, and remembers where it stands after it. */
    void deliver(Piece piece, @Nullable OffsetAndMetadata position) {
        Chunk whole = piece.chunk();
        List<Wanted> served = new ArrayList<>();
        synchronized (this) {
            if (position != null && position.leaderEpoch().isPresent()) {
                last = position;
                epochs.seen(pipe, position.leaderEpoch().get());
            }
            boolean taken = false;
            Iterator<Wanted> reads = wanted.values().iterator();
            while (reads.hasNext()) {
                Wanted read = reads.next();
                if (whole.covers(read.from)) {
                    reads.remove();
                    served.add(read);
                    taken |= read.from == whole.first();
                }
            }
            if (whole.count() > 0) {
                recent.put(pipe, whole);
                ahead += taken ? 0 : whole.length();
            }
        }
        for (Wanted read : served) {
            Chunk chunk = read.from == whole.first() ? whole : piece.chunkFrom(read.from);
            read.readers.forEach(reader -> reader.complete(chunk));
        }
    }

    /** The read ends with that failure. */
    void fail(Wanted read, PipeFailure failure) {
        synchronized (this) {
            if (!wanted.remove(read.from, read)) {
                return;
            }
        }
        read.readers.forEach(reader -> reader.completeExceptionally(failure));
    }

    /** Every read ends with that failure, and no other may begin: the pipe, or the mount, is gone. */
    void end(PipeFailure failure) {
        synchronized (this) {
            retired = true;
            ended = true;
        }
        waiting().forEach(read -> fail(read, failure));
    }

    /** Whether there is nothing to be followed any more. */
    synchronized boolean isEnded() {
        return ended;
    }

    synchronized List<Wanted> waiting() {
        return List.copyOf(wanted.values());
    }

    synchronized boolean isWaitedFor() {
        return !wanted.isEmpty();
    }

    /** The topic is still the one that the pipe belongs to. */
    synchronized void verified() {
        verifiedNanos = System.nanoTime();
    }

    synchronized boolean isVerified() {
        return Topics.ageMillis(verifiedNanos) < Topics.FRESH_MS;
    }

    /** Somebody reads it now, or did so a moment ago. */
    synchronized boolean isUsed() {
        return !wanted.isEmpty() || Topics.ageMillis(usedNanos) < Topics.FRESH_MS;
    }

    /**
     * Enough was delivered that nobody has asked for. Never while somebody waits: a follower may still have to come by
     * what is waited for, and would never get there if it were held up on its way.
     */
    synchronized boolean isFull() {
        return wanted.isEmpty() && ahead > RecentChunks.AHEAD;
    }

    /** A follower stands at that position now, or {@link #NOWHERE}. */
    synchronized void followedAt(int follower, long position) {
        following[follower] = position;
    }

    synchronized boolean isFollowed(int follower) {
        return following[follower] != NOWHERE;
    }

    /** The follower goes away, unless somebody waits. */
    synchronized boolean leave(int follower) {
        if (!wanted.isEmpty()) {
            return false;
        }
        following[follower] = NOWHERE;
        return true;
    }

    /**
     * The follower goes away, and leaves those who wait to the other one; unless that has passed what somebody waits
     * for already, and would never come by again.
     */
    synchronized boolean leaveTo(int other, int follower) {
        boolean passed =
                following[other] == NOWHERE || wanted.keySet().stream().anyMatch(from -> from < following[other]);
        if (passed) {
            return false;
        }
        following[follower] = NOWHERE;
        return true;
    }

    /**
     * How to seek there, with the epoch of the message before if it is known: a log that was cut off is noticed then.
     */
    synchronized OffsetAndMetadata seekTo(long position) {
        return last != null && last.offset() == position ? last : new OffsetAndMetadata(position);
    }

    /** Removed messages must not be found among the recent ones. */
    synchronized void forget() {
        recent.remove(pipe);
        last = null;
    }

    /** True if nobody has used it for that long; it is of no use any more then. */
    synchronized boolean retire(long idleMillis) {
        if (wanted.isEmpty()
                && following[0] == NOWHERE
                && following[1] == NOWHERE
                && Topics.ageMillis(usedNanos) > idleMillis) {
            retired = true;
        }
        return retired;
    }
}
