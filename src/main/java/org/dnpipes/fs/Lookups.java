package org.dnpipes.fs;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What threads have just looked up, or opened. stat(2) makes the kernel ask twice, for the name and then for the
 * attributes: the second answer is the first one, since it belongs to the same call. And fstat(2) does not tell which
 * open file it asks about: right after an open(2) it is that one. Safe for use by many threads.
 */
public final class Lookups {
    /** Within one call the second question comes at once. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int MOST = 1000;

    private final Map<Integer, Last> byThread = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    /**
     * What a thread has done last.
     *
     * @param attributes what it was told of {@code path}, if it has looked that up
     * @param opened the number of the open file, if it has opened {@code path}
     * @param nanos when that was
     */
    record Last(
            String path,
            @Nullable Attributes attributes,
            @Nullable Long opened,
            long nanos) {}

    /** @param nanoTime as System.nanoTime */
    Lookups(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void lookedUp(int tid, String path, Attributes attributes) {
        put(tid, new Last(path, attributes, null, nanoTime.getAsLong()));
    }

    void opened(int tid, String path, long fh) {
        put(tid, new Last(path, null, fh, nanoTime.getAsLong()));
    }

    private void put(int tid, Last last) {
        if (byThread.size() >= MOST) {
            byThread.clear();
        }
        // Threads of other pid namespaces have no number.
        if (tid > 0) {
            byThread.put(tid, last);
        }
    }

    /** What the thread has just looked up, or opened, if it was {@code path}. Once: then it is forgotten. */
    Optional<Last> take(int tid, String path) {
        return Optional.ofNullable(byThread.remove(tid))
                .filter(last -> last.path.equals(path) && nanoTime.getAsLong() - last.nanos < FRESH_NANOS);
    }

    /** The thread does something else now. */
    public void forget(int tid) {
        if (!byThread.isEmpty()) {
            byThread.remove(tid);
        }
    }
}
