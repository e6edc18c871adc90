package org.dnpipes.fs;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is done with open files. Every call returns at once and answers when it can, now or later, from whichever thread
 * has the answer. Safe for use by many threads.
 */
public final class OpenFiles implements AutoCloseable {
    private final Handles handles;
    private volatile boolean closed;

    OpenFiles(Handles handles) {
        this.handles = handles;
    }

    /** A read(2) of at most {@code size} bytes. A stream ignores the position. */
    public record Read(long fh, long position, int size, boolean nonBlocking) {}

    /**
     * A write(2) by the thread {@code tid}, or a piece of one; {@code data} is valid until the call returns.
     *
     * @param position where the kernel says it goes: pieces of one write(2) follow each other
     */
    public record Write(long fh, long position, ByteBuffer data, OpenFlags flags, int tid) {}

    public void read(Read read, Answer answer) {
        use(read.fh(), answer, open -> {
            if (open.reader() == null) {
                answer.fail(Errno.EBADF);
            } else {
                open.reader().read(new ReadCall(read.position(), read.size(), read.nonBlocking(), answer));
            }
        });
    }

    public void write(Write write, Answer answer) {
        use(write.fh(), answer, open -> {
            if (open.writer() == null) {
                answer.fail(Errno.EBADF);
            } else {
                open.writer().write(write, answer);
            }
        });
    }

    /** close(2) of one of the descriptors, by the thread {@code tid}; comes for each of them. */
    public void flush(long fh, int tid, Answer answer) {
        use(fh, answer, open -> {
            if (open.writer() == null) {
                answer.count(0);
            } else {
                open.writer().flush(tid, answer);
            }
        });
    }

    public void fsync(long fh, int tid, Answer answer) {
        use(fh, answer, open -> {
            if (open.writer() == null) {
                answer.count(0);
            } else {
                open.writer().fsync(tid, answer);
            }
        });
    }

    /**
     * poll(2): answers with the events that are there.
     *
     * @param changed called each time, later, that an event which was not there may be; null if nobody waits for that
     */
    public void poll(long fh, @Nullable Runnable changed, Answer answer) {
        use(fh, answer, open -> {
            int writable = open.writer() != null && open.writer().poll(changed) ? PollEvents.WRITABLE : 0;
            if (open.reader() == null) {
                answer.count(writable);
            } else {
                open.reader()
                        .poll(
                                changed,
                                answer::onInterrupt,
                                ready -> answer.count(writable | (ready ? PollEvents.READABLE : 0)));
            }
        });
    }

    /** lseek(2) to the end: the process asked for the size by this very file. */
    public void soughtEnd(long fh) {
        OpenPipe open = handles.findPipe(fh);
        if (open != null && open.reader() != null) {
            open.reader().soughtEnd();
        }
    }

    private void use(long fh, Answer answer, Consumer<OpenPipe> operation) {
        OpenPipe open = handles.findPipe(fh);
        if (closed) {
            answer.fail(Errno.ENOTCONN);
        } else if (open == null) {
            answer.fail(Errno.ESTALE);
        } else {
            operation.accept(open);
        }
    }

    /** Refuses whatever comes. */
    @Override
    public void close() {
        closed = true;
    }
}
