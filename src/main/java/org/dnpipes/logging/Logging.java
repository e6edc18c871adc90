package org.dnpipes.logging;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.dnpipes.files.PrivateDirectory;

/** Sets up where this process logs to. Each call replaces what was set up before. */
public final class Logging {
    /** A log takes twice as much on disk at most. */
    private static final long FILE_LIMIT = 1 << 20;

    /**
     * Kafka informs its developers, and dumps whole configurations. Its clients complain of each attempt to reach a
     * broker that is away or does not let this user in, its consumers at each answer about a partition that they were
     * just taken away, and its controller at each start. The JDK describes each certificate that it meets. As
     * configuration rather than by setLevel, which is forgotten together with the logger.
     */
    private static final String OF_DAEMONS = """
            org.apache.kafka.clients.NetworkClient.level=OFF
            org.apache.kafka.clients.admin.internals.AdminMetadataManager.level=SEVERE
            org.apache.kafka.clients.consumer.internals.FetchCollector.level=SEVERE
            org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils.level=SEVERE
            org.apache.kafka.controller.level=SEVERE
            org.apache.kafka.level=WARNING
            kafka.level=WARNING
            state.change.logger.level=WARNING
            jdk.level=INFO
            """;

    /** Whatever Kafka complains of, a command says in a sentence of its own. */
    private static final String OF_COMMANDS = """
            org.apache.kafka.level=OFF
            """;

    /** What can be logged: what is named, and all that is worse. */
    public enum LevelName {
        error,
        warn,
        info,
        debug;

        private Level level() {
            return switch (this) {
                case error -> Level.SEVERE;
                case warn -> Level.WARNING;
                case info -> Level.INFO;
                case debug -> Level.FINE;
            };
        }
    }

    private Logging() {}

    /** Logs to standard error what a process that stays has to tell; in the journal's form if systemd reads it. */
    public static void toStandardError(boolean debug) throws IOException {
        setUp(
                new ConsoleHandler(),
                Journal.isStandardError() ? LineFormatter.forJournal() : inFull(),
                debug,
                OF_DAEMONS);
    }

    /** Logs to standard error what a command has to tell beside the sentence it fails with. */
    public static void ofCommand() throws IOException {
        setUp(new ConsoleHandler(), inFull(), false, OF_COMMANDS);
    }

    /**
     * Logs to a file of at most 1 MiB and the one before it, readable for the owner alone. Makes its directory.
     *
     * @throws org.dnpipes.files.DirectoryFailure if that is not private
     */
    public static void toFile(Path file, boolean debug) throws IOException {
        PrivateDirectory.create(file.toAbsolutePath().resolveSibling(""));
        setUp(new RotatedFile(file, FILE_LIMIT), inFull(), debug, OF_DAEMONS);
    }

    private static LineFormatter inFull() {
        return LineFormatter.withTime(ZoneId.systemDefault());
    }

    /** What is logged now. */
    public static LevelName level() {
        int value = Logger.getLogger("").getLevel().intValue();
        return Arrays.stream(LevelName.values())
                .filter(name -> name.level().intValue() <= value)
                .findFirst()
                .orElse(LevelName.debug);
    }

    /** Logs what is named from now on, with stack traces at {@link LevelName#debug}. Kafka's own levels stay. */
    public static void setLevel(LevelName name) {
        Logger root = Logger.getLogger("");
        root.setLevel(name.level());
        for (Handler handler : root.getHandlers()) {
            handler.setLevel(name.level());
            if (handler.getFormatter() instanceof LineFormatter formatter) {
                formatter.setTraces(name == LevelName.debug);
            }
        }
    }

    private static void setUp(Handler handler, LineFormatter formatter, boolean debug, String ofKafka)
            throws IOException {
        Level level = debug ? Level.FINE : Level.INFO;
        byte[] levels = ofKafka.getBytes(StandardCharsets.ISO_8859_1);
        if (LogManager.getLogManager() instanceof LastingLogManager lasting) {
            lasting.replace(new ByteArrayInputStream(levels));
        } else {
            LogManager.getLogManager().readConfiguration(new ByteArrayInputStream(levels));
        }
        handler.setFormatter(formatter);
        formatter.setTraces(debug);
        handler.setLevel(level);
        Logger root = Logger.getLogger("");
        root.setLevel(level);
        root.addHandler(handler);
    }
}
