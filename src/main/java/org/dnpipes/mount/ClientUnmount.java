package org.dnpipes.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        if (daemon.isPresent() && daemon.get().destroy() && hasEnded(daemon.get(), mounted)) {
            return;
        }
        detach(mounted, mountRecord);
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

    /**
     * Waits until the mount has gone, and its daemon too. Of whatever else is mounted there, below it or anew, it knows
     * nothing: once gone it is gone, though another one may get its numbers.
     *
     * @return false if it is still mounted
     */
    private static boolean hasEnded(ProcessHandle daemon, MountTable.Entry mounted) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean unmounted = false;
        while (!unmounted || MountRecord.runs(daemon)) {
            unmounted = unmounted || !MountTable.isMounted(mounted);
            if (System.nanoTime() - deadline >= 0) {
                return unmounted;
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
        return true;
    }

    /** Takes it out of the name space, open files or not. The daemon, if there is one, ends when it sees that. */
    private static void detach(MountTable.Entry mounted, MountRecord mountRecord) throws IOException {
        MountTable.detach(mounted).ifPresent(why -> {
            throw new ClusterFailure("cannot unmount " + mounted.mountpoint() + ": " + why);
        });
        mountRecord.delete();
    }
}
