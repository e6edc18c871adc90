package org.dnpipes.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneId;
import java.util.logging.ErrorManager;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggingTest {
    @TempDir
    private Path temp;

    @Test
    void aRecordIsOneLine() {
        assertEquals(
                "2026-01-02 03:04:05.678 WARN Sink: two lines (java.lang.IllegalStateException: the cause)\n",
                LineFormatter.withTime(ZoneId.of("UTC"))
                        .format(warning("two\nlines", new IllegalStateException("the cause"))));
    }

    @Test
    void tracesAreForDebugging() {
        LineFormatter formatter = LineFormatter.withTime(ZoneId.of("UTC"));
        formatter.setTraces(true);
        String text = formatter.format(warning("failed", new IllegalStateException("the cause")));
        assertTrue(text.contains("\tat org.dnpipes.logging.LoggingTest"), text);
    }

    @Test
    void aLineHasABound() {
        String line = LineFormatter.withTime(ZoneId.of("UTC")).format(warning("x".repeat(100_000), null));
        assertTrue(line.length() < 3000, () -> "a line of " + line.length());
    }

    @Test
    void aFileStaysSmallAndPrivate() throws Exception {
        Path file = temp.resolve("log");
        try (Closing handler = new Closing(new RotatedFile(file, 500))) {
            for (int i = 0; i < 100; i++) {
                handler.file.publish(warning("line " + i, null));
            }
        }
        assertTrue(Files.size(file) < 600);
        assertTrue(Files.size(temp.resolve("log.1")) < 600);
        assertTrue(Files.readString(file).endsWith("line 99\n"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (var files = Files.list(temp)) {
            assertEquals(2, files.count());
        }
    }

    @Test
    void anOldFileIsContinued() throws Exception {
        Path file = temp.resolve("log");
        for (int i = 0; i < 2; i++) {
            try (Closing handler = new Closing(new RotatedFile(file, 500))) {
                handler.file.publish(warning("start " + i, null));
            }
        }
        assertEquals(2, Files.readAllLines(file).size());
    }

    @Test
    void aFileThatSomebodyHasMovedIsBegunAnew() throws Exception {
        Path file = temp.resolve("log");
        try (Closing handler = new Closing(new RotatedFile(file, 500))) {
            handler.file.publish(warning("before", null));
            Files.move(file, temp.resolve("moved"));
            for (int i = 0; i < 20; i++) {
                handler.file.publish(warning("line " + i, null));
            }
        }
        assertTrue(Files.readString(file).endsWith("line 19\n"));
    }

    @Test
    void aRotationThatFailedIsTriedAgain() throws Exception {
        Path file = temp.resolve("log");
        Path inTheWay = Files.createDirectories(temp.resolve("log.1").resolve("full"));
        try (Closing handler = new Closing(new RotatedFile(file, 100))) {
            handler.file.setErrorManager(new Silent());
            for (int i = 0; i < 5; i++) {
                handler.file.publish(warning("line " + i, null));
            }
            Files.delete(inTheWay);
            handler.file.publish(warning("again", null));
        }
        assertTrue(Files.readString(file).endsWith("again\n"));
    }

    @Test
    void anInterruptedThreadCanLogAndStaysInterrupted() throws Exception {
        Path file = temp.resolve("log");
        try (Closing handler = new Closing(new RotatedFile(file, 500))) {
            Thread.currentThread().interrupt();
            handler.file.publish(warning("interrupted", null));
            assertTrue(Thread.interrupted());
            handler.file.publish(warning("not interrupted", null));
        }
        assertEquals(2, Files.readAllLines(file).size());
    }

    private static final class Silent extends ErrorManager {
        @Override
        public void error(String message, Exception cause, int code) {}
    }

    private record Closing(RotatedFile file) implements AutoCloseable {
        Closing {
            file.setFormatter(LineFormatter.withTime(ZoneId.of("UTC")));
        }

        @Override
        public void close() {
            file.close();
        }
    }

    private static LogRecord warning(String message, @Nullable Throwable thrown) {
        LogRecord logRecord = new LogRecord(Level.WARNING, message);
        logRecord.setLoggerName("org.dnpipes.kafka.Sink");
        logRecord.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
        logRecord.setThrown(thrown);
        return logRecord;
    }
}
