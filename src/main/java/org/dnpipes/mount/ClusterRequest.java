package org.dnpipes.mount;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says about the cluster.
 *
 * @param servers {@code --bootstrap-servers}
 * @param config {@code --config}
 * @param dataDir {@code --data-dir}, which asks for the embedded broker
 * @param readableConfig {@code --allow-readable-config}: secrets may be in a file that others can read
 */
public record ClusterRequest(
        @Nullable String servers,
        @Nullable Path config,
        @Nullable Path dataDir,
        boolean readableConfig) {
    public ClusterRequest(@Nullable String servers, @Nullable Path config, @Nullable Path dataDir) {
        this(servers, config, dataDir, false);
    }

    /** Nothing was said. */
    public static final ClusterRequest UNSAID = new ClusterRequest(null, null, null);
}
