package org.dnpipes.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a mount out of the tree at once, and ends the connection of those who still have files open in it. */
final class Unmount {
    private static final Logger log = LoggerFactory.getLogger(Unmount.class);

    private static final long FUSERMOUNT_TIMEOUT_S = 5;

    private final MountTable.Entry mounted;

    Unmount(MountTable.Entry mounted) {
        this.mounted = mounted;
    }

    void run() {
        // In this order: once it is detached, the number of the connection may belong to somebody else's mount.
        abort();
        detach(mounted.mountpoint());
    }

    /**
     * Lazily, since an ordinary unmount would be refused while files are open. Also takes away what a daemon that was
     * killed has left behind.
     */
    static void detach(Path mountpoint) {
        try {
            Process fusermount = new ProcessBuilder("fusermount", "-u", "-z", "--", mountpoint.toString())
                    .redirectErrorStream(true)
                    .start();
            if (!fusermount.waitFor(FUSERMOUNT_TIMEOUT_S, TimeUnit.SECONDS)) {
                fusermount.destroyForcibly();
                log.warn("fusermount does not end; {} may still be mounted", mountpoint);
            } else if (fusermount.exitValue() != 0) {
                log.warn("{}", new String(fusermount.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            }
        } catch (IOException e) {
            log.warn("cannot unmount {}: {}", mountpoint, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Without this, the kernel keeps the connection until the last open file is closed. */
    private void abort() {
        Path abort = Path.of("/sys/fs/fuse/connections", mounted.connection(), "abort");
        try {
            if (Files.exists(abort)) {
                Files.writeString(abort, "1");
            }
        } catch (IOException e) {
            // Where /sys is not to be had, the end of the daemon has the same effect.
            log.debug("cannot abort the connection: {}", e.getMessage());
        }
    }
}
