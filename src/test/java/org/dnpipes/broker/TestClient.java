package org.dnpipes.broker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What anybody's Kafka client does with a broker. */
final class TestClient implements AutoCloseable {
    private final Map<String, Object> settings;
    private final Admin admin;

    TestClient(String address) {
        settings = Map.of(
                "bootstrap.servers",
                address,
                "max.block.ms",
                3000,
                "default.api.timeout.ms",
                10_000,
                "request.timeout.ms",
                5000,
                "delivery.timeout.ms",
                10_000);
        admin = Admin.create(settings);
    }

    void createTopic(String topic) throws InterruptedException, ExecutionException {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) -1))).all().get();
    }

    List<String> topics() throws InterruptedException, ExecutionException {
        return List.copyOf(admin.listTopics().names().get());
    }

    void push(String topic, String... lines) throws InterruptedException, ExecutionException {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (String line : lines) {
                producer.send(new ProducerRecord<>(topic, line.getBytes(StandardCharsets.UTF_8)))
                        .get();
            }
        }
    }

    List<String> pullAll(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            List<String> lines = new ArrayList<>();
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> message : consumer.poll(Duration.ofSeconds(1))) {
                    lines.add(new String(message.value(), StandardCharsets.UTF_8));
                }
            }
            return lines;
        }
    }

    void removeBefore(String topic, long end) throws InterruptedException, ExecutionException {
        admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(end)))
                .all()
                .get();
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
