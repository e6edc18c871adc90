package org.dnpipes.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.dnpipes.mount.ClusterConnection;
import org.dnpipes.mount.ClusterRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which cluster is meant, of every command that uses one. */
final class ClusterOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,…",
            description = "The Kafka brokers to ask first; srv:NAME for those that DNS has SRV records of. Replaces"
                    + " bootstrap.servers of the configuration file.")
    private @Nullable String servers;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A file of Kafka client properties, such as bootstrap.servers and security.protocol.")
    private @Nullable Path config;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Use the embedded broker, with its data in DIR.")
    private @Nullable Path dataDir;

    @Option(
            names = "--allow-readable-config",
            description = "Use the configuration file also if it holds secrets and other users can read it.")
    private boolean readableConfig;

    ClusterRequest request() {
        return new ClusterRequest(servers, config, dataDir, readableConfig);
    }

    /** Without starting a broker: empty if the embedded one is meant and does not run. */
    Optional<ClusterConnection> connectIfRunning() {
        return ClusterConnection.openIfRunning(request(), System.getenv());
    }

    ClusterConnection connect() {
        return ClusterConnection.open(request(), System.getenv(), Notice::say);
    }
}
