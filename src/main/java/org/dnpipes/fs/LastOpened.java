package org.dnpipes.fs;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What threads have just opened. fstat(2) does not tell which open file it asks about: right after an open(2), and
 * before anything else, it is that one. Safe for use by many threads.
 */
public final class LastOpened {
    /** Who wants to know of what it opened asks at once. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int MOST = 1000;

    private final Map<Integer, Opened> byThread = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    private record Opened(String path, long fh, long nanos) {}

    /** @param nanoTime as System.nanoTime */
    LastOpened(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void opened(int tid, String path, long fh) {
        if (byThread.size() >= MOST) {
            byThread.clear();
        }
        // Threads of other pid namespaces have no number.
        if (tid > 0) {
            byThread.put(tid, new Opened(path, fh, nanoTime.getAsLong()));
        }
    }

    /** The open file, if the thread has just opened {@code path}. Once: then it is forgotten. */
    OptionalLong take(int tid, String path) {
        @Nullable Opened last = byThread.remove(tid);
        return last != null && last.path.equals(path) && nanoTime.getAsLong() - last.nanos < FRESH_NANOS
                ? OptionalLong.of(last.fh)
                : OptionalLong.empty();
    }

    /** The thread does something else now. */
    public void forget(int tid) {
        if (!byThread.isEmpty()) {
            byThread.remove(tid);
        }
    }
}
