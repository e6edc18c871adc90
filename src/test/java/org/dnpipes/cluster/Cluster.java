package org.dnpipes.cluster;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/**
 * Three brokers in containers of Testcontainers: every topic has three replicas, and a message is stored when two have
 * it. They find out fast that one of them is gone. Needs root (for disks and networks) and Docker on this machine.
 */
public final class Cluster implements AutoCloseable {
    public static final int BROKERS = 3;

    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("default.replication.factor", "3"),
            Map.entry("min.insync.replicas", "2"),
            Map.entry("offsets.topic.replication.factor", "3"),
            Map.entry("offsets.topic.num.partitions", "3"),
            Map.entry("transaction.state.log.replication.factor", "3"),
            Map.entry("transaction.state.log.min.isr", "2"),
            Map.entry("transaction.state.log.num.partitions", "3"),
            Map.entry("auto.create.topics.enable", "false"),
            // A leader that is silent for 3 s is replaced; a replica that lags 3 s is not waited for.
            Map.entry("broker.session.timeout.ms", "3000"),
            Map.entry("broker.heartbeat.interval.ms", "500"),
            Map.entry("replica.lag.time.max.ms", "3000"),
            Map.entry("replica.socket.timeout.ms", "2000"),
            // Disks are small: what was deleted goes soon, and index files are not made large in advance.
            Map.entry("file.delete.delay.ms", "1000"),
            Map.entry("log.index.size.max.bytes", "1048576"),
            Map.entry("log.dir.failure.timeout.ms", "3000"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"));

    private final Bridge bridge;
    private final List<Broker> brokers = new ArrayList<>();
    private final Admin admin;

    /**
     * Starts the cluster, and returns when all brokers serve. What it has made is taken away if that fails.
     *
     * @param image as apache/kafka
     * @param work an existing folder for the brokers' disks
     * @param more settings of the brokers, which go before those of this class
     */
    public Cluster(String image, Path work, Map<String, String> more) throws IOException {
        bridge = Bridge.open();
        try {
            addBrokers(image, work, more);
            Startables.deepStart(brokers.stream().map(Broker::container)).join();
            admin = Admin.create(Map.of(
                    "bootstrap.servers", bootstrapServers(),
                    "request.timeout.ms", "2000",
                    "default.api.timeout.ms", "4000"));
        } catch (IOException | RuntimeException e) {
            closeBrokers();
            throw e;
        }
    }

    private void addBrokers(String image, Path work, Map<String, String> more) throws IOException {
        Map<String, String> settings = new TreeMap<>(SETTINGS);
        settings.put(
                "controller.quorum.voters",
                IntStream.rangeClosed(1, BROKERS)
                        .mapToObj(id -> id + "@" + bridge.address(10 + id) + ":9094")
                        .collect(Collectors.joining(",")));
        settings.putAll(more);
        DockerImageName name = DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka");
        for (int id = 1; id <= BROKERS; id++) {
            brokers.add(new Broker(name, id, bridge, Disk.mount(work.resolve("disk-" + id)), settings));
        }
    }

    public String bootstrapServers() {
        return brokers.stream().map(Broker::listener).collect(Collectors.joining(","));
    }

    /** By id, from 1 on. */
    public Broker broker(int id) {
        return brokers.get(id - 1);
    }

    public List<Broker> brokers() {
        return List.copyOf(brokers);
    }

    public Bridge bridge() {
        return bridge;
    }

    public Admin admin() {
        return admin;
    }

    /** Who leads the first partition of a topic. */
    public Broker leader(String topic) throws Exception {
        return broker(describe(List.of(topic))
                .iterator()
                .next()
                .partitions()
                .get(0)
                .leader()
                .id());
    }

    /** Waits until every broker serves, and is in sync for every partition. */
    public void awaitWhole(Duration limit) {
        Await.until(limit, "all brokers serve and are in sync", this::missing);
    }

    private String missing() throws Exception {
        for (Broker broker : brokers) {
            // A broker that has just died is a member for a while yet.
            try (Socket connection = new Socket()) {
                connection.connect(broker.socket(), 1000);
            }
        }
        int there = admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).size();
        if (there < BROKERS) {
            return there + " brokers";
        }
        return describe(admin.listTopics().names().get(10, TimeUnit.SECONDS)).stream()
                .flatMap(
                        topic -> topic.partitions().stream().filter(p -> p.isr().size() < BROKERS))
                .map(TopicPartitionInfo::toString)
                .findFirst()
                .orElse("");
    }

    Collection<TopicDescription> describe(Collection<String> topics) throws Exception {
        return admin.describeTopics(topics)
                .allTopicNames()
                .get(10, TimeUnit.SECONDS)
                .values();
    }

    @Override
    public void close() throws IOException {
        admin.close(Duration.ofSeconds(5));
        closeBrokers();
    }

    private void closeBrokers() throws IOException {
        for (Broker broker : brokers) {
            broker.close();
        }
        bridge.close();
    }
}
