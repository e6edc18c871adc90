package org.dnpipes.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.dnpipes.kafka.Extents.Answer;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.Test;

/** A leader that has been replaced and does not know it yet is no witness of lost messages. */
class LeaderEpochsTest {
    private static final PipeId PIPE = new PipeId("p", "id", 0);
    private static final PipeId OTHER = new PipeId("q", "id2", 0);
    private static final TopicPartition PARTITION = new TopicPartition("p", 0);

    private final LeaderEpochs epochs = new LeaderEpochs();

    @Test
    void leaderIsTheNewestUntilThereIsANewerOne() {
        assertTrue(epochs.seen(PIPE, 5));
        assertTrue(epochs.seen(PIPE, 6));
        assertFalse(epochs.seen(PIPE, 5));
        assertTrue(epochs.seen(PIPE, 6));
        assertTrue(epochs.seen(OTHER, 5), "that is another pipe");
    }

    @Test
    void onlyTheNewestLeaderCanTellThatThereIsNothingBehindTheEnd() {
        Extent extent = new Extent(10, 90, 90);
        assertTrue(new Answer(extent, true).excludes(91));
        assertFalse(new Answer(extent, false).excludes(91));
        assertFalse(new Answer(extent, true).excludes(90), "the next message comes there");
        assertFalse(new Answer(extent, true).excludes(10));
        assertTrue(new Answer(extent, false).excludes(9), "what is removed once is gone");
    }

    @Test
    void lossIsBelievedIfTheLeaderSaysFromWhereOn() {
        OffsetAndMetadata common = new OffsetAndMetadata(70);
        assertEquals(70, Consumers.intact(truncation(Map.of(PARTITION, common)), PARTITION));
    }

    /** Kafka says UNDEFINED_EPOCH_OFFSET if the leader has never heard of that epoch: then it is older. */
    @Test
    void leaderThatDoesNotKnowTheEpochSaysNothingOfALoss() {
        assertEquals(ReadOutcomes.ALL, Consumers.intact(truncation(Map.of()), PARTITION));
        OffsetOutOfRangeException outside = new OffsetOutOfRangeException(Map.of(PARTITION, 91L));
        assertEquals(ReadOutcomes.ALL, Consumers.intact(outside, PARTITION));
    }

    private static LogTruncationException truncation(Map<TopicPartition, OffsetAndMetadata> divergent) {
        return new LogTruncationException("cut off", Map.of(PARTITION, 91L), divergent);
    }
}
