package org.dnpipes.logging;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/**
 * A log file that stays small: once it has reached its limit it becomes {@code FILE.1}, in place of the one before, and
 * a new one begins. Nobody but the owner can read either.
 */
final class RotatedFile extends Handler {
    private final Path file;
    private final Path old;
    private final long limit;
    private SeekableByteChannel channel;

    RotatedFile(Path file, long limit) throws IOException {
        this.file = file;
        this.old = file.resolveSibling(file.getFileName() + ".1");
        this.limit = limit;
        this.channel = open(file);
    }

    @Override
    public synchronized void publish(LogRecord logRecord) {
        if (!isLoggable(logRecord)) {
            return;
        }
        // A channel is closed for all when a thread that was interrupted uses it.
        boolean interrupted = Thread.interrupted();
        try {
            makeReady();
            ByteBuffer line = ByteBuffer.wrap(getFormatter().format(logRecord).getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line);
            }
        } catch (IOException e) {
            reportError("cannot write to " + file, e, ErrorManager.WRITE_FAILURE);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whatever has failed the last time is tried again. */
    private void makeReady() throws IOException {
        if (!channel.isOpen()) {
            channel = open(file);
        }
        if (channel.position() >= limit) {
            channel.close();
            moveAway();
            channel = open(file);
        }
    }

    private void moveAway() throws IOException {
        try {
            Files.move(file, old, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException gone) {
            // Somebody else has moved or deleted it, as logrotate does.
        }
    }

    private static SeekableByteChannel open(Path file) throws IOException {
        SeekableByteChannel channel =
                Files.newByteChannel(file, Set.of(CREATE, APPEND), asFileAttribute(fromString("rw-------")));
        channel.position(channel.size());
        return channel;
    }

    @Override
    public void flush() {
        // Nothing is kept back.
    }

    @Override
    public synchronized void close() {
        try {
            channel.close();
        } catch (IOException e) {
            reportError("cannot close " + file, e, ErrorManager.CLOSE_FAILURE);
        }
    }
}
