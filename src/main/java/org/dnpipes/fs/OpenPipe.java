package org.dnpipes.fs;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An open pipe.
 *
 * @param path by which it was opened
 * @param process which did so; 0 if that is not known
 * @param node what was opened, with the topic as it was then
 * @param pipe what it shares with the other open files of that pipe
 * @param reader its reading side, null if it was opened for writing only
 * @param writer its writing side, null if it was opened for reading only
 * @param flags as it was opened; O_NONBLOCK may have changed since
 */
record OpenPipe(
        String path,
        int process,
        Node.Pipe node,
        SharedPipe pipe,
        @Nullable Reader reader,
        @Nullable Writer writer,
        OpenFlags flags)
        implements Handle {

    /** Fails whatever waits and whatever comes: the topic is not there any more as it was, or the mount ends. */
    void fail(Errno errno) {
        failReader(errno);
        if (writer != null) {
            writer.end(errno);
        }
    }

    void failReader(Errno errno) {
        if (reader != null) {
            reader.end(errno);
        }
    }

    /** Completes when nothing that was written is on its way any more. */
    CompletableFuture<Void> drain() {
        return writer == null ? CompletableFuture.completedFuture(null) : writer.drain();
    }

    /** The last descriptor is closed. Does not wait. */
    void release() {
        try {
            if (reader != null) {
                reader.release();
            }
        } finally {
            try {
                if (writer != null) {
                    writer.release();
                }
            } finally {
                pipe.closed();
            }
        }
    }
}
