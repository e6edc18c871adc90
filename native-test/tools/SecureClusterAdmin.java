import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The super user of a {@link SecureCluster}: users, rights and topics, and what is there. */
final class SecureClusterAdmin implements AutoCloseable {
    private final Map<String, Object> settings;
    private final int brokers;
    private final Admin admin;
    private final KafkaProducer<String, String> producer;

    SecureClusterAdmin(Map<String, Object> settings, int brokers) {
        this.settings = settings;
        this.brokers = brokers;
        this.admin = Admin.create(settings);
        Map<String, Object> producing = new HashMap<>(settings);
        producing.put("linger.ms", 0);
        this.producer = new KafkaProducer<>(producing, new StringSerializer(), new StringSerializer());
    }

    void run(List<String> words, PrintStream answer) throws Exception {
        List<String> rest = words.subList(1, words.size());
        switch (words.get(0)) {
            case "user" -> user(rest.get(0), rest.get(1));
            case "no-user" -> noUser(rest.get(0));
            case "allow" -> get(admin.createAcls(acls(rest)).all());
            case "disallow" -> get(admin.deleteAcls(acls(rest).stream().map(AclBinding::toFilter).toList()).all());
            case "create" -> create(rest.get(0), Integer.parseInt(rest.get(1)));
            case "send" -> send(rest.get(0), rest.subList(1, rest.size()));
            case "trim" -> trim(rest.get(0));
            case "lines" -> lines(rest.get(0), answer);
            case "state" -> state(answer);
            default -> throw new IllegalArgumentException("unknown command " + words.get(0));
        }
    }

    private static <T> T get(KafkaFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    void awaitBrokers() throws Exception {
        while (get(admin.describeCluster().nodes()).size() < brokers) {
            Thread.sleep(50);
        }
    }

    private void user(String name, String password) throws Exception {
        ScramCredentialInfo how = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
        get(admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(name, how, password))).all());
    }

    private void noUser(String name) throws Exception {
        var deletion = new UserScramCredentialDeletion(name, ScramMechanism.SCRAM_SHA_512);
        get(admin.alterUserScramCredentials(List.of(deletion)).all());
    }

    /** USER TYPE NAME OPERATION…; a star at the end of the name stands for any end. */
    private static Collection<AclBinding> acls(List<String> words) {
        String name = words.get(2);
        boolean prefixed = name.endsWith("*");
        ResourcePattern what = new ResourcePattern(
                ResourceType.valueOf(words.get(1).toUpperCase(Locale.ROOT)),
                prefixed ? name.substring(0, name.length() - 1) : name,
                prefixed ? PatternType.PREFIXED : PatternType.LITERAL);
        List<AclBinding> all = new ArrayList<>();
        for (String operation : words.subList(3, words.size())) {
            all.add(new AclBinding(
                    what,
                    new AccessControlEntry(
                            "User:" + words.get(0), "*", AclOperation.valueOf(operation), AclPermissionType.ALLOW)));
        }
        return all;
    }

    private void create(String topic, int partitions) throws Exception {
        get(admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty()))).all());
    }

    private void send(String topic, List<String> lines) throws Exception {
        for (String line : lines) {
            producer.send(new ProducerRecord<>(topic, 0, null, line)).get(30, TimeUnit.SECONDS);
        }
    }

    private void trim(String topic) throws Exception {
        get(admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(-1))).all());
    }

    /** All messages of the first partition, in one line. */
    private void lines(String topic, PrintStream answer) {
        TopicPartition partition = new TopicPartition(topic, 0);
        List<String> lines = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            consumer.seekToBeginning(List.of(partition));
            while (consumer.position(partition) < end) {
                consumer.poll(java.time.Duration.ofMillis(100)).forEach(found -> lines.add(found.value()));
            }
        }
        answer.println(String.join(" ", lines));
    }

    /** Each topic with its id, and where its partitions begin and end; all rights; and what groups have committed. */
    private void state(PrintStream answer) throws Exception {
        Collection<String> names = new TreeSet<>(get(admin.listTopics(new ListTopicsOptions().listInternal(true)).names()));
        names.remove("__consumer_offsets");
        for (TopicDescription topic : new TreeMap<>(get(admin.describeTopics(names).allTopicNames())).values()) {
            for (TopicPartitionInfo info : topic.partitions()) {
                TopicPartition one = new TopicPartition(topic.name(), info.partition());
                answer.println(one + " " + topic.topicId() + " " + offset(one, OffsetSpec.earliest()) + " to "
                        + offset(one, OffsetSpec.latest()));
            }
        }
        for (String group : List.of("dnpipes.index", "dnpipes.reset")) {
            answer.println(group + " " + committed(group));
        }
    }

    private long offset(TopicPartition one, OffsetSpec which) throws Exception {
        return get(admin.listOffsets(Map.of(one, which)).partitionResult(one)).offset();
    }

    private String committed(String group) throws Exception {
        Map<String, String> all = new TreeMap<>();
        try {
            get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .forEach((partition, note) -> all.put(partition.toString(), note.offset() + note.metadata()));
        } catch (java.util.concurrent.ExecutionException e) {
            return "has committed nothing (" + e.getCause().getClass().getSimpleName() + ")";
        }
        return all.toString();
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
