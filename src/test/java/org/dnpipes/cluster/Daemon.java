package org.dnpipes.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.dnpipes.mount.MountRecord;

/** A mount made by {@code dnpipes mount} on a host of its own, with a home of its own. */
public final class Daemon implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Host host;
    private final String name;
    private final Path home;
    private final Path mountpoint;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Queue<Long> disturbances = new ConcurrentLinkedQueue<>();
    private final Queue<Long> terminations = new ConcurrentLinkedQueue<>();

    /**
     * Does not mount yet.
     *
     * @param work a folder that does not exist
     * @param options as for {@code -o}
     */
    Daemon(Host host, Path work, String dnpipes, String servers, String options) throws IOException {
        this.host = host;
        this.name = "mount " + work.getFileName();
        this.home = work.resolve("home");
        this.mountpoint = work.resolve("pipes");
        this.command = List.of(dnpipes, "mount", "--bootstrap-servers", servers, "-o", options, mountpoint.toString());
        this.environment = Map.of(
                "HOME", home.toString(),
                "XDG_CONFIG_HOME", home.resolve("config").toString(),
                "XDG_DATA_HOME", home.resolve("data").toString(),
                "XDG_STATE_HOME", home.resolve("state").toString(),
                "XDG_CACHE_HOME", home.resolve("cache").toString(),
                "XDG_RUNTIME_DIR", home.resolve("run").toString());
        Files.createDirectories(mountpoint);
    }

    Host host() {
        return host;
    }

    /** The file of a pipe, or of a view of one. */
    public Path pipe(String name) {
        return mountpoint.resolve(name);
    }

    /** Mounts, where nothing was mounted or the daemon has died. */
    public void mount() throws IOException {
        Files.createDirectories(home.resolve("run"));
        ProcessBuilder builder = new ProcessBuilder(host.command(command));
        builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
        builder.environment().putAll(environment);
        // While brokers are on their way back, one that was asked first may not answer in time.
        Await.until(LIMIT.multipliedBy(2), this + " is mounted", () -> {
            Command.run(LIMIT, builder);
            return "";
        });
    }

    /** From now on its writers may be counted out by the others. Returns what takes that back. */
    public Runnable disturbed() {
        Long now = System.nanoTime();
        disturbances.add(now);
        return () -> disturbances.remove(now);
    }

    /** When it was {@link #disturbed} first after {@code time}, or the end of time. */
    long firstDisturbance(long time) {
        return disturbances.stream()
                .mapToLong(t -> t)
                .filter(t -> t > time)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** From now on it ends in good order, and its writers end with it. */
    void terminated() {
        disturbed();
        terminations.add(System.nanoTime());
    }

    /** Whether it was ended in good order after {@code time}. */
    boolean wasTerminated(long time) {
        return terminations.stream().anyMatch(t -> t > time);
    }

    /** As kill -9. */
    public void kill() {
        disturbed();
        ProcessHandle daemon = process();
        daemon.destroyForcibly();
        awaitEnd(daemon);
    }

    /** As kill, by SIGTERM: it returns when nothing is mounted any more. */
    public void terminate() {
        terminated();
        ProcessHandle daemon = process();
        daemon.destroy();
        awaitEnd(daemon);
        Await.until(LIMIT, mountpoint + " is not mounted", () -> isMounted() ? "it is" : "");
    }

    /** As a host that comes back without what was in its memory: no daemon, no mount, no cache, no state. */
    public void reboot() throws IOException {
        kill();
        Bridge.run("fusermount", "-uz", mountpoint.toString());
        deleteHome();
        mount();
    }

    private static void awaitEnd(ProcessHandle daemon) {
        Await.until(LIMIT, "daemon " + daemon.pid() + " ends", () -> daemon.isAlive() ? "it runs" : "");
    }

    private ProcessHandle process() {
        return MountRecord.of(mountpoint, environment)
                .daemon()
                .orElseThrow(() -> new IllegalStateException("no daemon serves " + mountpoint));
    }

    private boolean isMounted() throws IOException {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return mounts.anyMatch(line -> line.split(" ", 6)[4].equals(mountpoint.toString()));
        }
    }

    /** The end of what it has logged. */
    public String log() throws IOException {
        Path log = MountRecord.log(mountpoint, environment);
        if (!Files.exists(log)) {
            return "";
        }
        String all = Files.readString(log);
        return all.substring(Math.max(0, all.length() - 8000));
    }

    private void deleteHome() throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(home)) {
            all = new ArrayList<>(files.sorted(Comparator.reverseOrder()).toList());
        }
        for (Path file : all) {
            Files.delete(file);
        }
    }

    /** Ends the daemon, if it runs, and takes the mount away. */
    @Override
    public void close() throws IOException {
        if (MountRecord.of(mountpoint, environment).daemon().isPresent()) {
            terminate();
        } else if (isMounted()) {
            Bridge.run("fusermount", "-uz", mountpoint.toString());
        }
        host.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
