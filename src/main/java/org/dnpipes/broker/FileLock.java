package org.dnpipes.broker;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A lock between processes that the kernel frees when its holder ends, however it ends. One process must not use the
 * same file twice at a time: POSIX frees all locks of a process on a file when it closes any descriptor of it.
 */
final class FileLock implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final FileChannel channel;

    private FileLock(FileChannel channel) {
        this.channel = channel;
    }

    /** The lock for this process alone; null if others hold it until {@code patience} is over. */
    static @Nullable FileLock exclusive(Path file, Duration patience) {
        return acquire(file, false, patience);
    }

    /** The lock together with others that share it; null if somebody holds it alone until {@code patience} is over. */
    static @Nullable FileLock shared(Path file, Duration patience) {
        return acquire(file, true, patience);
    }

    /** Whether some other process holds the lock alone. */
    static boolean isHeld(Path file) {
        try (FileLock look = shared(file, Duration.ZERO)) {
            return look == null;
        }
    }

    private static @Nullable FileLock acquire(Path file, boolean shared, Duration patience) {
        FileChannel channel = null;
        try {
            channel = open(file);
            long deadline = System.nanoTime() + patience.toNanos();
            // Java has no lock call that waits for a bounded time, and a lock that is freed tells nobody.
            while (!tryLock(channel, shared)) {
                if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                    channel.close();
                    return null;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            return new FileLock(channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new BrokerFailure("cannot lock " + file + " (" + e + ")", e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, Set.of(CREATE, READ, WRITE), asFileAttribute(fromString("rw-------")));
    }

    private static boolean tryLock(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared) != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException alreadyFailing) {
                // What is thrown next says why.
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
