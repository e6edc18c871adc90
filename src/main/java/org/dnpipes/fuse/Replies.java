package org.dnpipes.fuse;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.ToIntFunction;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends answers to the kernel: one write(2) each, from any thread. */
final class Replies implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Replies.class);

    private final ToIntFunction<ByteBuffer> write;
    private final RequestCounts counts = new RequestCounts();

    /** Shared by those who send; closing excludes them. */
    private final ReadWriteLock open = new ReentrantReadWriteLock();

    private boolean closed;

    /** One per thread that ever answers; those are the engine's few threads and the session's own. */
    @SuppressWarnings("ThreadLocalUsage") // One session per daemon; it lives as long as the threads do.
    private final ThreadLocal<ByteBuffer> buffers =
            ThreadLocal.withInitial(() -> Wire.newBuffer(Wire.ANSWER_HEADER + Wire.MAX_PAYLOAD));

    /** @param write writes from the position (0) to the limit; returns 0 or the errno */
    Replies(ToIntFunction<ByteBuffer> write) {
        this.write = write;
    }

    /** To the kernel's connection {@code fd}. */
    static Replies to(NativeFuse lib, int fd) {
        return new Replies(message -> lib.c.write(fd, message, message.limit()) < 0 ? lib.runtime.getLastError() : 0);
    }

    RequestCounts counts() {
        return counts;
    }

    /** A buffer for the next answer of this thread. */
    ByteBuffer buffer() {
        return buffers.get();
    }

    /** Sends what lies between the position (0) and the limit of {@code message}; nothing after {@link #close}. */
    void send(ByteBuffer message) {
        open.readLock().lock();
        try {
            int errno = closed ? 0 : write.applyAsInt(message);
            if (errno != 0) {
                complain(errno);
            }
        } finally {
            open.readLock().unlock();
        }
    }

    private static void complain(int errno) {
        // ENOENT: the request, or the poll, is no more. ENODEV: the mount is no more. Both are nobody's fault.
        if (errno != Errno.ENOENT.intValue() && errno != Errno.ENODEV.intValue()) {
            log.warn("the kernel refuses an answer: {}", Errno.valueOf(errno));
        }
    }

    /**
     * Sends nothing any more, also what comes late: once the connection is closed, its number may belong to another
     * file. Returns when nothing is being sent.
     */
    @Override
    public void close() {
        open.writeLock().lock();
        try {
            closed = true;
        } finally {
            open.writeLock().unlock();
        }
    }
}
