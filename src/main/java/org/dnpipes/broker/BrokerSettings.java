package org.dnpipes.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The settings of a broker that is alone, small, private to its machine, and quick to start. */
final class BrokerSettings {
    static final int NODE = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private BrokerSettings() {}

    static Map<String, String> of(Path logs, int port, int controllerPort) {
        Map<String, String> settings = new HashMap<>();
        identity(settings, logs, port, controllerPort);
        alone(settings);
        durable(settings);
        small(settings);
        quick(settings);
        return settings;
    }

    private static void identity(Map<String, String> settings, Path logs, int port, int controllerPort) {
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", String.valueOf(NODE));
        settings.put("log.dirs", logs.toString());
        settings.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", CONTROLLER_LISTENER);
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + port + "," + CONTROLLER_LISTENER + "://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        // A client that only asks about a topic must not make it, nor bring a deleted one back.
        settings.put("auto.create.topics.enable", "false");
    }

    private static void alone(Map<String, String> settings) {
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
    }

    private static void durable(Map<String, String> settings) {
        // The start of a log is only kept in memory between two of these: after a crash, what a reset had removed would
        // be back. The first one comes after the initial delay.
        settings.put("log.flush.start.offset.checkpoint.interval.ms", "1000");
        settings.put("log.initial.task.delay.ms", "1000");
    }

    private static void small(Map<String, String> settings) {
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.num.partitions", "4");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("num.recovery.threads.per.data.dir", "2");
        // By default 128 MiB of heap for keys while compacting; here only small internal topics are compacted.
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
    }

    private static void quick(Map<String, String> settings) {
        settings.put("group.initial.rebalance.delay.ms", "0");
        // After a crash the controller takes the broker's old registration for alive until this time is over, and the
        // new broker waits for that.
        settings.put("broker.session.timeout.ms", "2500");
        settings.put("broker.heartbeat.interval.ms", "500");
    }
}
