package org.dnpipes.mount;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import org.dnpipes.fs.FileSystem;
import org.dnpipes.fuse.Session;
import org.dnpipes.kafka.KafkaCluster;
import org.dnpipes.logging.Logging;
import org.dnpipes.observe.ControlSocket;
import org.dnpipes.observe.MetricsServer;
import org.dnpipes.observe.MountStatus;
import org.dnpipes.observe.Questions;
import org.dnpipes.pipe.WriterPresence;
import org.dnpipes.presence.ClusterPresence;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one mount can be watched and asked from outside. It goes on without that where it cannot be had. */
final class Observation implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Observation.class);

    private final @Nullable MetricsServer metrics;
    private @Nullable ControlSocket socket;

    private Observation(@Nullable MetricsServer metrics) {
        this.metrics = metrics;
    }

    /** What knows something of a mount. */
    record Parts(String servers, KafkaCluster cluster, WriterPresence presence, FileSystem fs, Session session) {}

    /**
     * Takes the address for metrics, if they are wanted.
     *
     * @throws ClusterFailure if it cannot be had: that was asked for, and is not to be missed
     */
    static Observation prepare(@Nullable InetSocketAddress address) {
        try {
            return new Observation(address == null ? null : MetricsServer.at(address));
        } catch (IOException e) {
            throw new ClusterFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** Tells from now on about a mount. */
    void start(Parts parts, MountRecord mountRecord) {
        MountStatus.Identity identity = new MountStatus.Identity(
                version(),
                ProcessHandle.current().pid(),
                parts.session().mounted().mountpoint(),
                parts.servers(),
                Instant.now(),
                metrics == null ? null : metrics.address());
        if (metrics != null) {
            metrics.start(() -> status(identity, parts));
        }
        try {
            mountRecord.prepare();
            socket = ControlSocket.open(
                    mountRecord.socket(identity.pid()), new Questions(() -> status(identity, parts)));
        } catch (IOException | RuntimeException e) {
            log.warn("dnpipes status and log-level will not work for this mount ({})", e.toString());
        }
    }

    private static MountStatus status(MountStatus.Identity identity, Parts parts) {
        Map<String, Long> requests = parts.session().requests();
        return new MountStatus(
                identity,
                Instant.now(),
                parts.fs().figures(),
                requests,
                parts.session().errors(),
                parts.cluster().bytesOnTheirWay(),
                parts.presence() instanceof ClusterPresence presence ? presence.looks() : 0,
                Logging.level().name());
    }

    /** Of dnpipes, as the build wrote it into the jar. */
    static String version() {
        String version = Observation.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
        if (metrics != null) {
            metrics.close();
        }
    }
}
