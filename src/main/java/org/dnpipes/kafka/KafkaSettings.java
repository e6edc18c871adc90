package org.dnpipes.kafka;

import java.time.Duration;
import java.util.Map;

/**
 * How a cluster is reached and used.
 *
 * @param client the user's ordinary Kafka client properties; {@code bootstrap.servers} is required. Those that would
 *     break a promise of pipes are ignored, with a warning that names them.
 * @param timeout how long a push or a question may go unanswered, 100 ms to 1 day
 * @param readCommitted readers wait for the end of open transactions and skip aborted ones
 * @param topic settings for topics that are created, over those that make them pipes
 * @param replication how many replicas created topics have; 0 is the cluster's default
 */
public record KafkaSettings(
        Map<String, String> client,
        Duration timeout,
        boolean readCommitted,
        Map<String, String> topic,
        int replication) {

    public KafkaSettings {
        client = Map.copyOf(client);
        topic = Map.copyOf(topic);
        if (client.getOrDefault("bootstrap.servers", "").isBlank()) {
            throw new IllegalArgumentException("the client properties lack bootstrap.servers");
        }
        if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("a timeout of " + timeout + " is not between 100 ms and 1 day");
        }
        if (replication < 0 || replication > Short.MAX_VALUE) {
            throw new IllegalArgumentException("a replication of " + replication);
        }
    }

    /** Those client properties, and for the rest what most users want. */
    public static KafkaSettings of(Map<String, String> client) {
        return new KafkaSettings(client, Duration.ofSeconds(30), true, Map.of(), 0);
    }

    public KafkaSettings withTimeout(Duration other) {
        return new KafkaSettings(client, other, readCommitted, topic, replication);
    }

    public KafkaSettings withReadCommitted(boolean other) {
        return new KafkaSettings(client, timeout, other, topic, replication);
    }

    public KafkaSettings withTopic(Map<String, String> other) {
        return new KafkaSettings(client, timeout, readCommitted, other, replication);
    }

    public KafkaSettings withReplication(int other) {
        return new KafkaSettings(client, timeout, readCommitted, topic, other);
    }

    /** Where the cluster is, as the user wrote it. */
    String address() {
        return client.getOrDefault("bootstrap.servers", "");
    }

    /** Without the client properties: they may hold secrets. */
    @Override
    public String toString() {
        return "Kafka at " + address() + " (timeout " + timeout + ", read committed " + readCommitted + ", topic "
                + topic + ", replication " + replication + ")";
    }
}
