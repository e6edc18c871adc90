package org.dnpipes.mount;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.dnpipes.broker.BrokerProcess;
import org.dnpipes.kafka.KafkaCluster;
import org.dnpipes.kafka.KafkaSettings;
import org.jspecify.annotations.Nullable;

/** The cluster that is meant, connected; the embedded broker runs at least as long as this is open. */
public final class ClusterConnection implements AutoCloseable {
    private final String servers;
    private final KafkaCluster cluster;
    private final @Nullable BrokerProcess broker;

    private ClusterConnection(String servers, KafkaCluster cluster, @Nullable BrokerProcess broker) {
        this.servers = servers;
        this.cluster = cluster;
        this.broker = broker;
    }

    /** Turns client settings into all settings of a connection. */
    @FunctionalInterface
    public interface Tuning {
        KafkaSettings tune(Map<String, String> client);
    }

    /**
     * Connects, and starts the embedded broker first if that is meant and does not run.
     *
     * @param notice told in one line when the embedded broker was started
     * @throws RuntimeException with a sentence, see {@link ClusterFailure#of}
     */
    public static ClusterConnection open(ClusterConfig config, Tuning tuning, Consumer<String> notice) {
        if (!config.isEmbedded()) {
            return connect(config.found(Discovery.byDns()).client(), tuning, null);
        }
        BrokerProcess broker = BrokerProcess.findOrStart(config.dataDir());
        if (broker.started()) {
            notice.accept(
                    "started the embedded broker at " + broker.address() + ", with its data in " + config.dataDir());
        }
        return used(broker, tuning);
    }

    private static ClusterConnection used(BrokerProcess broker, Tuning tuning) {
        try {
            return connect(Map.of(ClusterConfig.SERVERS, broker.address()), tuning, broker);
        } catch (RuntimeException | Error e) {
            broker.close();
            throw e;
        }
    }

    private static ClusterConnection connect(
            Map<String, String> client, Tuning tuning, @Nullable BrokerProcess broker) {
        KafkaCluster cluster = KafkaCluster.connect(tuning.tune(client));
        return new ClusterConnection(client.getOrDefault(ClusterConfig.SERVERS, ""), cluster, broker);
    }

    /** Connects to what is meant, without a mount's options. */
    public static ClusterConnection open(
            ClusterRequest request, Map<String, String> environment, Consumer<String> notice) {
        return open(ClusterConfig.of(request, environment), KafkaSettings::of, notice);
    }

    /** The same, but starts no broker: empty if the embedded one is meant and does not run. */
    public static Optional<ClusterConnection> openIfRunning(ClusterRequest request, Map<String, String> environment) {
        ClusterConfig config = ClusterConfig.of(request, environment);
        if (!config.isEmbedded()) {
            return Optional.of(open(config, KafkaSettings::of, notice -> {}));
        }
        return BrokerProcess.find(config.dataDir()).map(broker -> used(broker, KafkaSettings::of));
    }

    /** The addresses that the connection began with, separated by commas. */
    public String servers() {
        return servers;
    }

    public KafkaCluster cluster() {
        return cluster;
    }

    /** Opens a pipe for pushing, and makes its topic if there is none. */
    public ClientPush push(ClientTarget target) {
        return ClientPush.open(cluster.catalog(), cluster.sink(), target);
    }

    /** Opens a pipe for pulling. Fails if there is no such topic. */
    public ClientPull pull(ClientTarget target, ClientPull.From from) {
        return ClientPull.open(cluster.catalog(), cluster.source(), target, from);
    }

    /** Opens all pipes of a topic for pulling. Fails if there is no such topic. */
    public ClientPull pullAll(String topic, ClientPull.From from) {
        return ClientPull.openAll(cluster.catalog(), cluster.source(), topic, from);
    }

    /** Lists pipes: of those topics, or of all if there are none. */
    public ClientList list(Collection<String> topics) {
        return new ClientList(cluster.catalog(), cluster.source(), topics);
    }

    public ClientReset reset() {
        return new ClientReset(cluster.catalog(), cluster.source());
    }

    /** Within 5 seconds. */
    @Override
    public void close() {
        try {
            cluster.close();
        } finally {
            if (broker != null) {
                broker.close();
            }
        }
    }
}
