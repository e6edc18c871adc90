package org.dnpipes.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that decides the properties of Kafka's clients. */
final class ClientSettings {
    private static final Logger LOG = LoggerFactory.getLogger(ClientSettings.class);

    /** Producers reject longer lines before they are sent. Far above what brokers take in one request by default. */
    static final int LONGEST_LINE = 64 << 20;

    /**
     * What a user's properties must not change. Delivery: acks, idempotence, in-flight, retries and all timeouts decide
     * whether an acknowledged line is stored once and in order. Reading: isolation, offset reset, groups, and a rack (a
     * follower's end lags behind the leader's) decide what a reader sees. Bytes: serializers, partitioners and
     * interceptors could change or move lines.
     */
    private static final Set<String> OURS = Set.of(
            "acks",
            "allow.auto.create.topics",
            "auto.commit.interval.ms",
            "auto.include.jmx.reporter",
            "auto.offset.reset",
            "batch.size",
            "buffer.memory",
            "client.id",
            "client.rack",
            "default.api.timeout.ms",
            "delivery.timeout.ms",
            "enable.auto.commit",
            "enable.idempotence",
            "enable.metrics.push",
            "exclude.internal.topics",
            "fetch.max.bytes",
            "fetch.max.wait.ms",
            "fetch.min.bytes",
            "group.id",
            "group.instance.id",
            "group.protocol",
            "group.remote.assignor",
            "heartbeat.interval.ms",
            "interceptor.classes",
            "isolation.level",
            "key.deserializer",
            "key.serializer",
            "linger.ms",
            "max.block.ms",
            "max.in.flight.requests.per.connection",
            "max.partition.fetch.bytes",
            "max.poll.interval.ms",
            "max.poll.records",
            "max.request.size",
            "metadata.recovery.strategy",
            "metric.reporters",
            "partition.assignment.strategy",
            "partitioner.class",
            "request.timeout.ms",
            "retries",
            "session.timeout.ms",
            "transaction.timeout.ms",
            "transaction.two.phase.commit.enable",
            "transactional.id",
            "value.deserializer",
            "value.serializer");

    private final KafkaSettings settings;
    private final Map<String, Object> user = new HashMap<>();

    ClientSettings(KafkaSettings settings) {
        this.settings = settings;
        user.putAll(settings.client());
        Set<String> ignored = new TreeSet<>(settings.client().keySet());
        ignored.retainAll(OURS);
        user.keySet().removeAll(ignored);
        if (!ignored.isEmpty()) {
            LOG.warn("These client properties are ignored, pipes depend on them: {}", String.join(", ", ignored));
        }
    }

    /** Fails if {@code sasl.jaas.config} cannot be understood. Kafka would quote from it, and it holds a password. */
    void requireLogin() {
        if (settings.client().containsKey(SaslConfigs.SASL_JAAS_CONFIG)) {
            Password login = new Password(settings.client().get(SaslConfigs.SASL_JAAS_CONFIG));
            try {
                JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, login));
            } catch (RuntimeException secret) {
                throw new PipeFailure(
                        Reason.FAILED,
                        SaslConfigs.SASL_JAAS_CONFIG + " cannot be understood; it should look like: "
                                + "org.apache.kafka.common.security.scram.ScramLoginModule required"
                                + " username=\"NAME\" password=\"PASSWORD\";");
            }
        }
    }

    boolean isEncrypted() {
        String protocol = String.valueOf(userOr(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "PLAINTEXT"));
        return protocol.toUpperCase(Locale.ROOT).endsWith("SSL");
    }

    /** An admin client that tries again until the timeout. */
    Map<String, Object> admin() {
        Map<String, Object> all = common("dnpipes-admin");
        all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, requestTimeout());
        all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(settings.timeout()));
        // A client that was locked out fails all calls until it looks for brokers again, which it does that often.
        all.put(
                CommonClientConfigs.METADATA_MAX_AGE_CONFIG,
                userOr(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 10_000));
        return all;
    }

    /**
     * An admin client that asks once. A second createTopics after a lost answer would be told EXISTS about the topic
     * that the first one made.
     */
    Map<String, Object> adminWithoutRetries() {
        Map<String, Object> all = admin();
        all.put(AdminClientConfig.CLIENT_ID_CONFIG, "dnpipes-create");
        all.put(AdminClientConfig.RETRIES_CONFIG, 0);
        all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(settings.timeout()));
        return all;
    }

    /** A consumer that is assigned its partitions. It knows no group and commits nothing. */
    Map<String, Object> consumer(String id, FetchLimits limits) {
        Map<String, Object> all = common(id);
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // Consumers can create topics too.
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // With "earliest" a reader would silently jump when messages are removed.
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        all.put(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                settings.readCommitted() ? "read_committed" : "read_uncommitted");
        all.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, millis(limits.longestWait()));
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, limits.partitionBytes());
        all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, limits.bytes());
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, limits.records());
        all.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, userOr(ConsumerConfig.RECEIVE_BUFFER_CONFIG, 1 << 20));
        all.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        return all;
    }

    /** A producer that stores each line once and in order, and never blocks the thread that calls it. */
    Map<String, Object> producer(String id, Lane lane) {
        Map<String, Object> all = common(id);
        // Otherwise send() blocks for a minute when the only broker is gone. A producer that fails is replaced anyway.
        all.put(CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, "none");
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        // A lone line must not wait for company; batches form by themselves while others are under way.
        all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        all.put(ProducerConfig.BATCH_SIZE_CONFIG, lane.batchSize());
        all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, lane.buffer());
        all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * LONGEST_LINE);
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, lane.compressed() ? compression() : "none");
        // Partitions are always given.
        all.put(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, true);
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(settings.timeout()));
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, requestTimeout());
        return all;
    }

    /** How data that comes in bulk is compressed. */
    String compression() {
        return String.valueOf(userOr(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none"));
    }

    private Map<String, Object> common(String id) {
        Map<String, Object> all = new HashMap<>(user);
        all.put(CommonClientConfigs.CLIENT_ID_CONFIG, id);
        all.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        // Registering with JMX takes time and nobody looks.
        all.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        // Kafka's default of 100 ms is what the first use of a topic would wait for its metadata.
        all.put(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, userOr(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, 20));
        all.put(
                CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG,
                userOr(CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, 1000));
        return all;
    }

    /**
     * At most a quarter of the delivery timeout: near it, the producer gives up on batches whose requests are still
     * under way, starts a new epoch, and lines that were acknowledged can be stored twice.
     */
    private int requestTimeout() {
        return Math.min(30_000, millis(settings.timeout()) / 4);
    }

    private Object userOr(String key, Object otherwise) {
        Object given = user.get(key);
        return given == null ? otherwise : given;
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }

    /**
     * What one fetch may bring.
     *
     * @param longestWait how long the broker holds a fetch that finds nothing
     * @param partitionBytes per pipe, at least one message
     * @param bytes altogether
     * @param records how many messages a poll returns
     */
    record FetchLimits(Duration longestWait, int partitionBytes, int bytes, int records) {}
}
