package org.dnpipes.kafka;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.dnpipes.kafka.ClientSettings.FetchLimits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes consumers. Each belongs to the thread that makes it, which also closes it. */
final class Consumers {
    private static final Logger LOG = LoggerFactory.getLogger(Consumers.class);

    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

    private final ClientSettings settings;

    Consumers(ClientSettings settings) {
        this.settings = settings;
    }

    KafkaConsumer<ByteBuffer, @Nullable ByteBuffer> make(String id, FetchLimits limits) {
        return new KafkaConsumer<>(
                settings.consumer("dnpipes-" + id, limits), new ByteBufferDeserializer(), new ByteBufferDeserializer());
    }

    /**
     * Before which message of {@code partition} none was lost: by the epochs of leaders the consumer notices that other
     * messages have taken the place of some that it has read (KIP-320). {@link ReadOutcomes#ALL} if it did not. A
     * broker that does not know the epoch at all is no witness: it leads no more, since who was elected later has a
     * newer one.
     */
    static long intact(InvalidOffsetException thrown, TopicPartition partition) {
        if (!(thrown instanceof LogTruncationException truncation)
                || !truncation.partitions().contains(partition)) {
            return ReadOutcomes.ALL;
        }
        OffsetAndMetadata common = truncation.divergentOffsets().get(partition);
        return common == null ? ReadOutcomes.ALL : common.offset();
    }

    static void close(@Nullable KafkaConsumer<?, ?> consumer) {
        if (consumer != null) {
            try {
                consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
            } catch (RuntimeException | Error e) {
                // It is of no use any more in any case, and whoever waits for its read must still be answered.
                LOG.debug("a consumer does not close", e);
            }
        }
    }
}
