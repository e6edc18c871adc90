package org.dnpipes.fs;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The open files, by the number the kernel knows them by. Safe for use by many threads. */
final class Handles {
    /** As many as a busy host has open in all; more are a leak somewhere. */
    private static final int MAX = 100_000;

    private final Map<Long, Handle> open = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();
    private volatile boolean closed;

    /** Registers {@code handle} and returns its number. Fails with ENOTCONN once this is closed. */
    long add(Handle handle) {
        if (open.size() >= MAX) {
            throw new FsException(Errno.ENFILE, MAX + " files are open");
        }
        long fh = last.incrementAndGet();
        open.put(fh, handle);
        // In this order: what is not refused is seen by who looks at all of them afterwards.
        if (closed) {
            open.remove(fh);
            throw new FsException(Errno.ENOTCONN, "the mount ends");
        }
        return fh;
    }

    /** The open pipe with that number, or null if there is none. */
    @Nullable
    OpenPipe findPipe(long fh) {
        return open.get(fh) instanceof OpenPipe pipe ? pipe : null;
    }

    OpenPipe pipe(long fh) {
        OpenPipe pipe = findPipe(fh);
        if (pipe == null) {
            throw new FsException(Errno.ESTALE, "no open pipe has the number " + fh);
        }
        return pipe;
    }

    OpenDirectory directory(long fh) {
        if (open.get(fh) instanceof OpenDirectory directory) {
            return directory;
        }
        throw new FsException(Errno.ESTALE, "no open directory has the number " + fh);
    }

    /** Forgets the number. The handle, or null if it is unknown. */
    @Nullable
    Handle remove(long fh) {
        return open.remove(fh);
    }

    /** There will be no others. */
    void close() {
        closed = true;
    }

    Stream<OpenPipe> pipes() {
        return open.values().stream().filter(OpenPipe.class::isInstance).map(OpenPipe.class::cast);
    }
}
