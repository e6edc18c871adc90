package org.dnpipes.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        if (MountTable.isUppermost(mounted)) {
            detach(mounted.mountpoint());
        } else {
            log.warn("something else is mounted over {}: left there", mounted.mountpoint());
        }
    }

    /**
     * Lazily, since an ordinary unmount would be refused while files are open. Also takes away what a daemon that was
     * killed has left behind. Tries fusermount3 where there is no fusermount; takes a few seconds for each at the most.
     *
     * @return why it could not be done, for the user; empty if it was
     */
    static Optional<String> detach(Path mountpoint) {
        List<String> said = new ArrayList<>();
        for (String tool : List.of("fusermount", "fusermount3")) {
            Optional<String> failure = detach(tool, mountpoint);
            if (failure.isEmpty()) {
                return failure;
            }
            said.add(failure.get());
        }
        log.warn("cannot unmount {}: {}", mountpoint, said.get(0));
        return Optional.of(said.get(0));
    }

    private static Optional<String> detach(String tool, Path mountpoint) {
        try {
            Process process = new ProcessBuilder(tool, "-u", "-z", "--", mountpoint.toString())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(FUSERMOUNT_TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of(tool + " does not end");
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.exitValue() == 0 ? Optional.empty() : Optional.of(output.strip());
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
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
