package org.dnpipes.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        detach().ifPresent(why -> log.warn("cannot unmount {}: {}", mounted.mountpoint(), why));
    }

    /**
     * Lazily, since an ordinary unmount would be refused while files are open. Also takes away what a daemon that was
     * killed has left behind. Takes a few seconds at the most.
     *
     * @return why it could not be done, for the user; empty if it was, or if it was gone already
     */
    Optional<String> detach() {
        NativeMounts mounts = new NativeMounts();
        Optional<String> failure = mounts.isRoot() ? mounts.detach(mounted) : detachByTool();
        return failure.filter(why -> MountTable.isMounted(mounted));
    }

    /**
     * For users, whom the kernel lets unmount nothing. Tries fusermount3 where there is no fusermount. It looks itself
     * whether the mount there is the user's.
     */
    private Optional<String> detachByTool() {
        if (!MountTable.isUppermost(mounted)) {
            return Optional.of("something else is mounted over it");
        }
        String said = "";
        for (String tool : List.of("fusermount", "fusermount3")) {
            try {
                Optional<String> failure = detachBy(tool);
                if (failure.isEmpty()) {
                    return failure;
                }
                said = failure.get();
            } catch (IOException missing) {
                said = said.isEmpty() ? String.valueOf(missing.getMessage()) : said;
            }
        }
        return Optional.of(said);
    }

    private Optional<String> detachBy(String tool) throws IOException {
        Process process = new ProcessBuilder(
                        tool, "-u", "-z", "--", mounted.mountpoint().toString())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(FUSERMOUNT_TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of(tool + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.exitValue() == 0 ? Optional.empty() : Optional.of(output.strip());
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
