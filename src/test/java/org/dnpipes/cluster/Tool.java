package org.dnpipes.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program of the system that reads a pipe from its beginning on, {@code cat} or {@code tail -f}. */
final class Tool implements AutoCloseable {
    private final String who;
    private final Path output;
    private final Path complaints;
    private final Process process;
    private final long started = System.nanoTime();
    private volatile long end = Long.MAX_VALUE;

    private Tool(Daemon mount, Path output, List<String> command) throws IOException {
        this.who = command.get(0) + " on " + mount;
        this.output = output;
        this.complaints = Path.of(output + ".err");
        this.process = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile())
                .redirectError(complaints.toFile())
                .start();
        process.onExit().thenRun(() -> end = System.nanoTime());
    }

    static Tool cat(Daemon mount, String pipe, Path output) throws IOException {
        return new Tool(mount, output, List.of("cat", mount.pipe(pipe).toString()));
    }

    static Tool tail(Daemon mount, String pipe, Path output) throws IOException {
        return new Tool(
                mount,
                output,
                List.of("tail", "-n", "+1", "-s", "0.2", "-f", mount.pipe(pipe).toString()));
    }

    boolean isRunning() {
        return process.isAlive();
    }

    long started() {
        return started;
    }

    long bytes() throws IOException {
        return Files.size(output);
    }

    /** What it has said on standard error, in one line. */
    String complaint() throws IOException {
        return Files.readString(complaints).strip().replace("\n", "; ");
    }

    /** Whether it has ended since the cluster did not answer in time when it asked for the size (7.1). */
    boolean hasGivenUp() throws IOException {
        return !isRunning() && complaint().contains("Connection timed out");
    }

    /** What it has got so far. Only an end that it came to by itself, and without a complaint, is one. */
    Reading reading() throws IOException {
        boolean ended = !process.isAlive() && process.exitValue() == 0;
        return new Reading(who, Files.readAllBytes(output), ended, started, end);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(output);
        Files.deleteIfExists(complaints);
    }
}
