package org.dnpipes.broker;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dnpipes.logging.LastingLogManager;

/** Starts {@link BrokerDaemon} with the JVM this process runs on. */
final class BrokerCommand {
    private static final List<String> JVM = List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.util.logging.manager=" + LastingLogManager.class.getName());

    /** Into a session of its own, where neither Ctrl-C nor the end of a terminal reaches it. */
    private static final String DETACH =
            "umask 077; trap '' HUP; if command -v setsid >/dev/null; then exec setsid \"$@\"; else exec \"$@\"; fi";

    private BrokerCommand() {}

    static Process start(DataDir dir) throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", DETACH, "dnpipes-broker"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(preparedClasses());
        command.addAll(List.of("-cp", classPath(), BrokerDaemon.class.getName()));
        command.add(dir.root().toString());
        Files.deleteIfExists(dir.output());
        File output = Files.createFile(dir.output(), asFileAttribute(fromString("rw-------")))
                .toFile();
        return new ProcessBuilder(command)
                .directory(dir.root().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
    }

    /** A sentence about a broker that did not start, with the last thing it said. */
    static BrokerFailure failure(DataDir dir, String happened) {
        return new BrokerFailure("the broker in " + dir.root() + " " + happened + lastWords(dir) + "; see " + dir.log()
                + " and " + dir.output());
    }

    private static String lastWords(DataDir dir) {
        return Stream.of(dir.output(), dir.log())
                .map(BrokerCommand::lastLine)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .map(line -> ": " + line)
                .orElse("");
    }

    private static String lastLine(Path file) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.reduce("", (before, line) -> line.isBlank() ? before : line.strip());
        } catch (IOException missing) {
            return "";
        }
    }

    /**
     * The server's own jars lie in a directory beside ours, apart from what every other command needs. In the order of
     * their names, as the launcher has them: what dnpipes-prepare has stored counts for that order alone.
     */
    private static String classPath() throws IOException {
        String own = System.getProperty("java.class.path");
        Path server = besideOwnJar("broker");
        if (!Files.isDirectory(server)) {
            return own;
        }
        try (Stream<Path> jars = Files.list(server)) {
            return Stream.concat(Stream.of(own), jars.map(Path::toString).sorted())
                    .filter(path -> path.equals(own) || path.endsWith(".jar"))
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    /** What the command dnpipes-prepare has stored for this JVM, if it was run. */
    private static List<String> preparedClasses() {
        boolean cache = Runtime.version().feature() >= 25;
        String name = "broker-" + System.getProperty("java.version") + (cache ? ".aot" : ".jsa");
        Path stored = besideOwnJar("jsa").resolve(name);
        // Without the second option the JVM would complain of what was stored for other jars.
        return Files.isReadable(stored)
                ? List.of((cache ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + stored, "-Xlog:disable")
                : List.of();
    }

    private static Path besideOwnJar(String name) {
        try {
            return Path.of(BrokerCommand.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolveSibling(name);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
