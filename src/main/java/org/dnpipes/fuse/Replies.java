package org.dnpipes.fuse;

import java.nio.ByteBuffer;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends answers to the kernel: one write(2) each, from any thread. */
final class Replies {
    private static final Logger log = LoggerFactory.getLogger(Replies.class);

    private final NativeFuse lib;
    private final int fd;

    /** One per thread that ever answers; those are the engine's few threads and the session's own. */
    @SuppressWarnings("ThreadLocalUsage") // One session per daemon; it lives as long as the threads do.
    private final ThreadLocal<ByteBuffer> buffers =
            ThreadLocal.withInitial(() -> Wire.newBuffer(Wire.ANSWER_HEADER + Wire.MAX_PAYLOAD));

    Replies(NativeFuse lib, int fd) {
        this.lib = lib;
        this.fd = fd;
    }

    /** A buffer for the next answer of this thread. */
    ByteBuffer buffer() {
        return buffers.get();
    }

    /** Sends what lies between the position (0) and the limit of {@code message}. */
    void send(ByteBuffer message) {
        long written = lib.c.write(fd, message, message.limit());
        if (written < 0) {
            complain(lib.runtime.getLastError());
        }
    }

    private void complain(int errno) {
        // ENOENT: the request, or the poll, is no more. ENODEV: the mount is no more. Both are nobody's fault.
        if (errno != Errno.ENOENT.intValue() && errno != Errno.ENODEV.intValue()) {
            log.warn("the kernel refuses an answer: {}", Errno.valueOf(errno));
        }
    }
}
