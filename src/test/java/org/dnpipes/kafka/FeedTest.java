package org.dnpipes.kafka;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.PipeId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FeedTest {
    private final Feed feed = new Feed(new PipeId("topic", "id", 0), new RecentChunks(), new LeaderEpochs());

    @Test
    void isFullWhenMuchCameThatNobodyAskedFor() {
        feed.deliver(message(0, 300_000), null);
        assertTrue(feed.isFull());
    }

    @Test
    void isNeverFullWhileAReadFurtherOnWaits() {
        CompletableFuture<Chunk> result = ask(5);
        feed.deliver(message(0, 300_000), null);
        feed.deliver(message(1, 300_000), null);
        assertFalse(result.isDone());
        assertFalse(feed.isFull(), "a follower that is held up at message 2 would never come to message 5");
        feed.deliver(message(5, 10), null);
        assertTrue(result.isDone());
    }

    @Test
    void followerStaysForAReadThatTheOtherOneHasPassed() {
        feed.followedAt(Follower.YOUNG, 3);
        feed.followedAt(Follower.OLD, 7);
        CompletableFuture<Chunk> result = ask(3);
        assertFalse(feed.leaveTo(Follower.OLD, Follower.YOUNG), "nobody else would come by message 3 again");
        feed.deliver(message(3, 10), null);
        assertTrue(result.isDone());
        assertTrue(feed.leaveTo(Follower.OLD, Follower.YOUNG));
        assertFalse(feed.isFollowed(Follower.YOUNG));
    }

    @Test
    void followerStaysWhileThereIsNoOther() {
        feed.followedAt(Follower.YOUNG, 3);
        assertFalse(feed.leaveTo(Follower.OLD, Follower.YOUNG));
        feed.followedAt(Follower.OLD, 3);
        ask(3);
        assertTrue(feed.leaveTo(Follower.OLD, Follower.YOUNG), "the other one is before what is waited for");
    }

    private CompletableFuture<Chunk> ask(long from) {
        Feed.Asked asked = feed.ask(from);
        if (asked == null) {
            throw new AssertionError("the feed is retired");
        }
        return asked.result();
    }

    private static Piece message(long offset, int size) {
        ConsumerRecord<ByteBuffer, @Nullable ByteBuffer> message =
                new ConsumerRecord<>("topic", 0, offset, ByteBuffer.allocate(0), ByteBuffer.allocate(size));
        return Piece.of(offset, offset + 1, List.of(message), 0);
    }
}
