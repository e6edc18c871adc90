package org.dnpipes.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.dnpipes.broker.EmbeddedBroker;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;
import org.dnpipes.pipe.contract.Engine;
import org.jspecify.annotations.Nullable;

/** A real broker in this JVM, and what others do with it. */
public final class KafkaEngine implements Engine, AutoCloseable {
    private final Path data;
    private final EmbeddedBroker broker;
    private final Admin admin;
    private final Producer<byte[], byte[]> producer;

    private KafkaEngine(Path data, EmbeddedBroker broker) {
        this.data = data;
        this.broker = broker;
        this.admin = Admin.create(properties());
        this.producer = producer(Map.of("linger.ms", 0));
    }

    static KafkaEngine start() {
        try {
            Path data = Files.createTempDirectory("dnpipes-kafka-test");
            return new KafkaEngine(data, EmbeddedBroker.start(data, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String address() {
        return broker.address();
    }

    Admin admin() {
        return admin;
    }

    KafkaSettings settings() {
        return KafkaSettings.of(Map.of("bootstrap.servers", broker.address()));
    }

    Producer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = properties();
        properties.putAll(more);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> properties() {
        return new HashMap<>(Map.of("bootstrap.servers", broker.address()));
    }

    @Override
    public Connection connect() {
        return new Ports(KafkaCluster.connect(settings()));
    }

    @Override
    public Topic createTopic(String name, int pipes) {
        return createTopic(name, pipes, Map.of());
    }

    Topic createTopic(String name, int pipes, Map<String, String> config) {
        NewTopic topic = new NewTopic(name, Optional.of(pipes), Optional.empty()).configs(config);
        done(admin.createTopics(List.of(topic)).all().toCompletionStage().toCompletableFuture());
        TopicDescription found;
        do {
            found = describe(name);
        } while (found == null || found.partitions().size() != pipes);
        return new Topic(name, found.topicId().toString(), pipes);
    }

    @Override
    public Topic createTopicOfShortLines(String name) {
        return createTopic(name, 1, Map.of("max.message.bytes", "5000"));
    }

    @Override
    public Topic createTopicThatRefusesRemoval(String name) {
        return createTopic(name, 1, Map.of("cleanup.policy", "compact"));
    }

    @Override
    public void deleteTopic(String name) {
        done(admin.deleteTopics(List.of(name)).all().toCompletionStage().toCompletableFuture());
        while (describe(name) != null) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void growTopic(String name, int pipes) {
        done(admin.createPartitions(Map.of(name, NewPartitions.increaseTo(pipes)))
                .all()
                .toCompletionStage()
                .toCompletableFuture());
        TopicDescription found;
        do {
            found = describe(name);
        } while (found == null || found.partitions().size() != pipes);
    }

    private @Nullable TopicDescription describe(String name) {
        try {
            return Objects.requireNonNull(admin.describeTopics(List.of(name))
                            .topicNameValues()
                            .get(name))
                    .get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long append(PipeId pipe, byte @Nullable [] value, long timestamp) {
        return done(producer.send(record(pipe, value, timestamp))).offset();
    }

    @SuppressWarnings("NullAway") // Kafka takes null for a value, its annotations do not say so
    private static ProducerRecord<byte[], byte[]> record(PipeId pipe, byte @Nullable [] value, long timestamp) {
        return new ProducerRecord<>(pipe.topic(), pipe.number(), timestamp, null, value);
    }

    /** The marker at the end of a transaction has a number, and readers do not see it. */
    @Override
    public void gap(PipeId pipe) {
        Transaction transaction = begin(pipe);
        transaction.append(new byte[] {'x'});
        transaction.abort();
    }

    @Override
    public Transaction begin(PipeId pipe) {
        Producer<byte[], byte[]> foreign =
                producer(Map.of("transactional.id", UUID.randomUUID().toString(), "linger.ms", 0));
        foreign.initTransactions();
        foreign.beginTransaction();
        return new Transaction() {
            @Override
            public void append(byte[] value) {
                done(foreign.send(record(pipe, value, System.currentTimeMillis())));
            }

            @Override
            public void commit() {
                foreign.commitTransaction();
                foreign.close();
            }

            @Override
            public void abort() {
                foreign.abortTransaction();
                foreign.close();
            }
        };
    }

    @Override
    public void retainFrom(PipeId pipe, long first) {
        TopicPartition partition = new TopicPartition(pipe.topic(), pipe.number());
        done(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(first)))
                .all()
                .toCompletionStage()
                .toCompletableFuture());
    }

    static <T> T done(Future<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
        broker.close();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Ports(KafkaCluster cluster) implements Connection {
        @Override
        public Catalog catalog() {
            return cluster.catalog();
        }

        @Override
        public Source source() {
            return cluster.source();
        }

        @Override
        public Sink sink() {
            return cluster.sink();
        }

        @Override
        public void close() {
            cluster.close();
        }
    }
}
