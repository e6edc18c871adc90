import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the black-box suites have to do to a Kafka cluster and kcat cannot: topics with settings, null values, and
 * transactions that end as told.
 */
public final class KafkaTool {
    private final String broker;

    private KafkaTool(String broker) {
        this.broker = broker;
    }

    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset();
        KafkaTool tool = new KafkaTool(args[0]);
        List<String> rest = List.of(args).subList(2, args.length);
        switch (args[1]) {
            case "create" -> tool.create(rest.get(0), Integer.parseInt(rest.get(1)), rest.subList(2, rest.size()));
            case "create-all" -> tool.createAll(rest);
            case "delete" -> tool.delete(rest.get(0));
            case "trim" -> tool.trim(rest.get(0), Long.parseLong(rest.get(1)));
            case "partitions" -> tool.partitions(rest.get(0), Integer.parseInt(rest.get(1)));
            case "topics" -> tool.topics();
            case "settings" -> tool.settings(rest.get(0), rest.subList(1, rest.size()));
            case "remove-before" -> tool.removeBefore(rest.get(0), rest.get(1), rest.get(2));
            case "committed" -> tool.committed(rest.get(0), rest.get(1), rest.get(2));
            case "send" -> tool.send(rest.get(0), rest.subList(1, rest.size()));
            case "transaction" -> tool.transaction(rest.get(0), rest.get(1), rest.subList(2, rest.size()));
            default -> throw new IllegalArgumentException("unknown command " + args[1]);
        }
    }

    private void create(String topic, int partitions, Collection<String> settings) throws Exception {
        try (Admin admin = admin()) {
            NewTopic wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(settings(settings));
            admin.createTopics(List.of(wanted)).all().get();
        }
    }

    /** Topics with one partition, in one request: one by one each takes a moment. */
    private void createAll(Collection<String> words) throws Exception {
        Map<String, String> configs = settings(words.stream().filter(w -> w.contains("=")).toList());
        try (Admin admin = admin()) {
            admin.createTopics(words.stream()
                            .filter(w -> !w.contains("="))
                            .map(t -> new NewTopic(t, 1, (short) 1).configs(configs))
                            .toList())
                    .all()
                    .get();
        }
    }

    private static Map<String, String> settings(Collection<String> settings) {
        Map<String, String> configs = new TreeMap<>();
        settings.forEach(s -> configs.put(s.substring(0, s.indexOf('=')), s.substring(s.indexOf('=') + 1)));
        return configs;
    }

    private void delete(String topic) throws Exception {
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    private void removeBefore(String topic, String partition, String offset) throws Exception {
        TopicPartition from = new TopicPartition(topic, Integer.parseInt(partition));
        try (Admin admin = admin()) {
            admin.deleteRecords(Map.of(from, RecordsToDelete.beforeOffset(Long.parseLong(offset)))).all().get();
        }
    }

    /** Prints the metadata of what a group has committed, if it has. */
    private void committed(String group, String topic, String partition) throws Exception {
        TopicPartition of = new TopicPartition(topic, Integer.parseInt(partition));
        try (Admin admin = admin()) {
            OffsetAndMetadata found =
                    admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(of);
            if (found != null) {
                System.out.println(found.metadata());
            }
        }
    }

    /** Removes the oldest messages, as retention does, so that {@code left} of those that are there now stay. */
    private void trim(String topic, long left) throws Exception {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Admin admin = admin()) {
            long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition).get().offset();
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(end - left))).all().get();
        }
    }

    private void partitions(String topic, int total) throws Exception {
        try (Admin admin = admin()) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total))).all().get();
        }
    }

    private void topics() throws Exception {
        try (Admin admin = admin()) {
            admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get().stream().sorted().forEach(System.out::println);
        }
    }

    /** Prints {@code name=value} for each named setting. */
    private void settings(String topic, Collection<String> names) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = admin()) {
            Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            names.forEach(name -> System.out.println(name + "=" + config.get(name).value()));
        }
    }

    /** Sends each value with a key; the word {@code NULL} stands for a null value. */
    private void send(String topic, Collection<String> values) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            for (String value : values) {
                producer.send(record(topic, value)).get();
            }
        }
    }

    /** Sends the values in a transaction, says "open", waits for the end of stdin, and then ends it. */
    private void transaction(String topic, String end, Collection<String> values) throws Exception {
        String id = "test-" + ProcessHandle.current().pid();
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", id))) {
            producer.initTransactions();
            producer.beginTransaction();
            for (String value : values) {
                producer.send(record(topic, value)).get();
            }
            System.out.println("open");
            System.in.readAllBytes();
            if (end.equals("abort")) {
                producer.abortTransaction();
            } else {
                producer.commitTransaction();
            }
        }
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String value) {
        byte[] bytes = value.equals("NULL") ? null : value.getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topic, 0, "key".getBytes(StandardCharsets.UTF_8), bytes);
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker));
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new TreeMap<>(more);
        settings.put("bootstrap.servers", broker);
        settings.put("linger.ms", 0);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
