package org.dnpipes.observe;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.dnpipes.fs.Figures;
import org.jspecify.annotations.Nullable;

/**
 * What a mount is and does, at one moment.
 *
 * @param identity which mount it is
 * @param time when this was true
 * @param files what is open, and what was done
 * @param requests how many requests of each kind the kernel has sent
 * @param errors how many of them have failed with each errno
 * @param bytesOnTheirWay bytes that were pushed and are not acknowledged
 * @param presenceLooks how often other mounts were asked who writes a pipe
 * @param logLevel what is logged
 */
public record MountStatus(
        Identity identity,
        Instant time,
        Figures files,
        Map<String, Long> requests,
        Map<String, Long> errors,
        long bytesOnTheirWay,
        long presenceLooks,
        String logLevel) {

    /**
     * What stays the same as long as it is mounted.
     *
     * @param servers the addresses of the cluster that it began with
     * @param metrics where they are served; null if they are not
     */
    public record Identity(
            String version,
            long pid,
            Path mountpoint,
            String servers,
            Instant mounted,
            @Nullable String metrics) {}
}
