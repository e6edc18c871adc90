package org.dnpipes.cluster;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of the system, run to their end. */
final class Command {
    private Command() {}

    /**
     * What the command has printed.
     *
     * @throws IllegalStateException if it fails, or takes longer than {@code limit}; it is killed then. The message has
     *     what it printed on both outputs
     */
    static String run(Duration limit, String... words) throws IOException {
        return run(limit, new ProcessBuilder(words));
    }

    static String run(Duration limit, ProcessBuilder builder) throws IOException {
        Path output = Files.createTempFile("command", ".out");
        try {
            // Into a file: what it leaves in the background may keep a pipe open for ever.
            Process process = builder.redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile())
                    .start();
            String what = String.join(" ", builder.command());
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        what + ": not done within " + limit.toSeconds() + " s; it said: " + Files.readString(output));
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(
                        what + ": status " + process.exitValue() + "; it said: " + Files.readString(output));
            }
            return Files.readString(output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } finally {
            Files.delete(output);
        }
    }

    /** {@code words}, run where the network is that of {@code namespace}. */
    static List<String> inNetwork(Path namespace, List<String> words) {
        return Stream.concat(Stream.of("nsenter", "--net=" + namespace), words.stream())
                .toList();
    }
}
