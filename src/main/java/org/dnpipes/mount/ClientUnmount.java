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
    private final List<MountRecord> records;

    /**
     * Of a mount point.
     *
     * @param path absolute. It is not followed to its end: behind it may be a daemon that does not answer.
     */
    public ClientUnmount(Path path, Map<String, String> environment) {
        this.mountpoint = located(path);
        this.records = MountRecord.candidates(mountpoint, environment);
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

    /** Returns when it is unmounted and its daemon has ended; within some 20 seconds. */
    public void run() throws IOException, InterruptedException {
        String type = MountTable.at(mountpoint)
                .map(MountTable.Entry::type)
                .orElseThrow(() -> new ClusterFailure(mountpoint + " is not mounted"));
        if (!type.equals("fuse.dnpipes")) {
            throw new ClusterFailure(mountpoint + " is a mount of type " + type + ", not of dnpipes");
        }
        Optional<ProcessHandle> daemon =
                records.stream().flatMap(one -> one.daemon().stream()).findFirst();
        if (daemon.isPresent() && daemon.get().destroy() && hasEnded(daemon.get())) {
            return;
        }
        detach();
    }

    private boolean hasEnded(ProcessHandle daemon) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (runs(daemon) || MountTable.at(mountpoint).isPresent()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
        return true;
    }

    /** One that has ended but whose parent has not asked for its status yet still counts as alive for Java. */
    private static boolean runs(ProcessHandle daemon) {
        try {
            // See proc_pid_stat(5): the state stands behind the name, which is in brackets and may hold any character.
            String stat = Files.readString(Path.of("/proc", String.valueOf(daemon.pid()), "stat"));
            return daemon.isAlive() && !stat.startsWith(") Z", stat.lastIndexOf(')'));
        } catch (IOException gone) {
            return false;
        }
    }

    /** Takes it out of the name space, open files or not. The daemon, if there is one, ends when it sees that. */
    private void detach() throws IOException, InterruptedException {
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
                    records.get(0).delete();
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
