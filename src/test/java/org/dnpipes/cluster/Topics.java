package org.dnpipes.cluster;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The pipes of the rounds, as a client of Kafka that has nothing to do with dnpipes makes, reads and deletes them. */
final class Topics {
    private static final String NOTICES = "__dnpipes";
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Cluster cluster;

    Topics(Cluster cluster) {
        this.cluster = cluster;
    }

    void create(List<String> names) {
        Admin admin = cluster.admin();
        admin.createTopics(names.stream()
                .map(name -> new NewTopic(name, Optional.of(1), Optional.empty()))
                .toList());
        // Whether an answer was lost or not: they have to be there.
        Await.until(LIMIT, "topics are made", () -> {
            int made = admin.describeTopics(names)
                    .allTopicNames()
                    .get(10, TimeUnit.SECONDS)
                    .size();
            return made == names.size() ? "" : made + " of " + names.size();
        });
    }

    void delete(String name) {
        cluster.admin().deleteTopics(List.of(name));
    }

    /** What mounts have told each other of a pipe, in no particular order of mounts: for whoever looks for a reason. */
    List<String> notices(String pipe) throws Exception {
        String id = cluster.describe(List.of(pipe)).iterator().next().topicId().toString();
        int parts = cluster.describe(List.of(NOTICES))
                .iterator()
                .next()
                .partitions()
                .size();
        return IntStream.range(0, parts)
                .mapToObj(part -> read(new TopicPartition(NOTICES, part)))
                .flatMap(List::stream)
                .map(notice -> new String(notice, StandardCharsets.UTF_8))
                .filter(notice -> notice.contains(id))
                .toList();
    }

    /** All messages of a topic's one partition, as far as they are committed. */
    List<byte[]> read(String topic) {
        return read(new TopicPartition(topic, 0));
    }

    private List<byte[]> read(TopicPartition partition) {
        List<byte[]> messages = new ArrayList<>();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition), LIMIT).values().stream()
                    .mapToLong(offset -> offset)
                    .sum();
            while (consumer.position(partition, LIMIT) < end) {
                for (ConsumerRecord<byte[], byte[]> message : consumer.poll(Duration.ofMillis(200))) {
                    messages.add(message.value());
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("cannot read " + partition + " within " + LIMIT.toSeconds()
                            + " s: read " + messages.size() + " messages, and the end is " + end);
                }
            }
        }
        return messages;
    }

    private Map<String, Object> settings() {
        return Map.of(
                "bootstrap.servers",
                cluster.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "allow.auto.create.topics",
                false,
                "request.timeout.ms",
                3000,
                "key.deserializer",
                ByteArrayDeserializer.class,
                "value.deserializer",
                ByteArrayDeserializer.class);
    }
}
