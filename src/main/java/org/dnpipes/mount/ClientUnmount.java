package org.dnpipes.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.dnpipes.fuse.MountTable;

/** Ends a mount from outside: asks its daemon, and takes the mount point away if that does not help. */
public final class ClientUnmount {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Path mountpoint;
    private final Map<String, String> environment;

    /**
     * Of a mount point.
     *
     * @param path absolute. It is not followed to its end: behind it may be a daemon that does not answer.
     */
    public ClientUnmount(Path path, Map<String, String> environment) {
        this.mountpoint = located(path);
        this.environment = environment;
    }

    /** The path by which the kernel knows a mount point: without symbolic links. */
    public static Path located(Path path) {
        Path normal = path.toAbsolutePath().normalize();
        Path parent = normal.getParent();
        try {
            Path place = parent == null
                    ? normal
                    : parent.toRealPath().resolve(normal.getFileName().toString());
            // What is mounted is not asked whether it is a link: its daemon may be stuck.
            return MountTable.at(place).isEmpty() && Files.isSymbolicLink(place) ? place.toRealPath() : place;
        } catch (IOException e) {
            return normal;
        }
    }

    /** Whether pipes are mounted there. Asks the kernel, not the daemon. */
    public static boolean isMounted(Path mountpoint) {
        return MountTable.at(mountpoint).filter(MountTable.Entry::isOurs).isPresent();
    }

    /** Returns when it is unmounted and its daemon has ended; within some 20 seconds. */
    public void run() throws IOException, InterruptedException {
        MountTable.Entry mounted = ours(mountpoint);
        MountRecord mountRecord = MountRecord.find(mountpoint, mounted.owner(), environment);
        Optional<ProcessHandle> daemon = mountRecord.daemon();
        if (daemon.isPresent() && daemon.get().destroy() && hasEnded(daemon.get())) {
            return;
        }
        detach(mountRecord);
    }

    /** The mount of dnpipes there. Fails with a sentence if there is none. */
    static MountTable.Entry ours(Path mountpoint) {
        MountTable.Entry mounted =
                MountTable.at(mountpoint).orElseThrow(() -> new ClusterFailure(mountpoint + " is not mounted"));
        if (!mounted.isOurs()) {
            throw new ClusterFailure(mountpoint + " is a mount of type " + mounted.type() + ", not of dnpipes");
        }
        return mounted;
    }

    private boolean hasEnded(ProcessHandle daemon) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (MountRecord.runs(daemon) || MountTable.at(mountpoint).isPresent()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
        return true;
    }

    /** Takes it out of the name space, open files or not. The daemon, if there is one, ends when it sees that. */
    private void detach(MountRecord mountRecord) throws IOException, InterruptedException {
        String said = "";
        for (String tool : List.of("fusermount", "fusermount3")) {
            try {
                Process process = new ProcessBuilder(tool, "-uz", mountpoint.toString())
                        .redirectErrorStream(true)
                        .start();
                process.getOutputStream().close();
                boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                // Its daemon may have unmounted it in the meantime: then the tool finds nothing to do, and fails.
                if ((ended && process.exitValue() == 0)
                        || MountTable.at(mountpoint).isEmpty()) {
                    mountRecord.delete();
                    return;
                }
                said = ended
                        ? new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip()
                        : tool + " does not end";
                process.destroyForcibly();
            } catch (IOException missing) {
                said = said.isEmpty() ? String.valueOf(missing.getMessage()) : said;
            }
        }
        throw new ClusterFailure("cannot unmount " + mountpoint + ": " + said);
    }
}
