package org.dnpipes.mount;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.dnpipes.broker.BrokerProcess;
import org.dnpipes.kafka.ClusterFacts;
import org.dnpipes.kafka.KafkaCluster;
import org.dnpipes.kafka.KafkaSettings;
import org.dnpipes.mount.Finding.Grade;
import org.dnpipes.presence.NoticeLog;

/** Finds out which cluster is meant, whether it can be reached, and what this user may do there. */
final class ClusterCheck {
    private static final int CONNECT_MS = 3000;
    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    private final Map<String, String> environment;
    private final BiConsumer<Grade, String> found;

    ClusterCheck(Map<String, String> environment, BiConsumer<Grade, String> found) {
        this.environment = environment;
        this.found = found;
    }

    void examine(ClusterRequest request, Collection<String> topics) {
        ClusterConfig config;
        try {
            config = ClusterConfig.of(request, environment);
            found.accept(Grade.OK, config + ", " + ClusterConfig.origin(request, environment));
        } catch (ClusterFailure e) {
            found.accept(Grade.PROBLEM, String.valueOf(e.getMessage()));
            return;
        }
        if (config.isEmbedded()) {
            embedded(config, topics);
            return;
        }
        try {
            cluster(config.found(Discovery.byDns()).client(), topics);
        } catch (ClusterFailure e) {
            found.accept(Grade.PROBLEM, String.valueOf(e.getMessage()));
        }
    }

    private void embedded(ClusterConfig config, Collection<String> topics) {
        Optional<BrokerProcess> broker = BrokerProcess.find(config.dataDir());
        if (broker.isEmpty()) {
            found.accept(Grade.OK, "the embedded broker does not run; a mount starts it");
            return;
        }
        try (BrokerProcess used = broker.get()) {
            cluster(Map.of(ClusterConfig.SERVERS, used.address()), topics);
        }
    }

    private void cluster(Map<String, String> client, Collection<String> topics) {
        List<String> servers =
                List.of(client.getOrDefault(ClusterConfig.SERVERS, "").split(",", -1));
        if (!reach("", servers)) {
            return;
        }
        KafkaSettings settings = KafkaSettings.of(client).withTimeout(TIMEOUT);
        try (KafkaCluster cluster = KafkaCluster.connect(settings)) {
            ClusterFacts facts = cluster.facts(NoticeLog.TOPIC, topics);
            found.accept(
                    Grade.OK,
                    "cluster " + facts.id() + " answers: brokers "
                            + facts.brokers().size() + ", " + facts.version());
            List<String> others = facts.brokers().stream()
                    .filter(broker -> !servers.contains(broker))
                    .toList();
            reach("advertised as ", others);
            rights(facts);
        } catch (RuntimeException e) {
            found.accept(Grade.PROBLEM, String.valueOf(ClusterFailure.of(e).getMessage()));
        }
    }

    private void rights(ClusterFacts facts) {
        if (facts.topics() == 0) {
            found.accept(Grade.NOTE, "no topic can be seen: there is none, or this user has DESCRIBE on none");
        } else {
            found.accept(Grade.OK, facts.topics() + " topics can be seen");
        }
        for (ClusterFacts.Right right : facts.rights()) {
            switch (right.answer()) {
                case YES -> found.accept(Grade.OK, "this user may " + right.purpose());
                case UNKNOWN ->
                    found.accept(
                            Grade.NOTE,
                            "the cluster does not tell whether this user may " + right.purpose() + "; it takes "
                                    + right.needed());
                case NO ->
                    found.accept(
                            right.isEssential() ? Grade.PROBLEM : Grade.NOTE,
                            "this user may not " + right.purpose() + "; grant " + right.needed());
            }
        }
    }

    /** Connects to all at a time. Whether one of them can be reached. */
    private boolean reach(String how, Collection<String> addresses) {
        Map<String, CompletableFuture<Optional<String>>> tried = new LinkedHashMap<>();
        for (String address : addresses) {
            tried.put(address.strip(), CompletableFuture.supplyAsync(() -> problem(address.strip())));
        }
        tried.forEach((address, problem) -> {
            Optional<String> why = problem.join();
            if (why.isEmpty()) {
                found.accept(Grade.OK, how + address + " can be reached");
            } else {
                found.accept(
                        Grade.PROBLEM,
                        how + address + " cannot be reached (" + why.get()
                                + "); check the address, the broker, and firewalls between");
            }
        });
        return tried.values().stream().anyMatch(problem -> problem.join().isEmpty());
    }

    private static Optional<String> problem(String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, Math.max(0, colon)).replaceAll("^.*://|[\\[\\]]", "");
        try (Socket socket = new Socket()) {
            InetSocketAddress resolved = new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1)));
            if (resolved.isUnresolved()) {
                return Optional.of("there is no host " + host);
            }
            socket.connect(resolved, CONNECT_MS);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return Optional.of("it is not HOST:PORT");
        }
    }
}
