package org.dnpipes.fs;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What threads have just looked up. stat(2) makes the kernel ask twice, for the name and then for the attributes: the
 * second answer is the first one, since it belongs to the same call. Safe for use by many threads.
 */
public final class Lookups {
    /** Within one call the second question comes at once. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int MOST = 1000;

    private final Map<Integer, Lookup> byThread = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    private record Lookup(String path, Attributes attributes, long nanos) {}

    /** @param nanoTime as System.nanoTime */
    Lookups(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void put(int tid, String path, Attributes attributes) {
        if (byThread.size() >= MOST) {
            byThread.clear();
        }
        // Threads of other pid namespaces have no number.
        if (tid > 0) {
            byThread.put(tid, new Lookup(path, attributes, nanoTime.getAsLong()));
        }
    }

    /** What the thread has just been told of {@code path}, once. */
    Optional<Attributes> take(int tid, String path) {
        @Nullable Lookup last = byThread.remove(tid);
        return last != null && last.path.equals(path) && nanoTime.getAsLong() - last.nanos < FRESH_NANOS
                ? Optional.of(last.attributes)
                : Optional.empty();
    }

    /** The thread does something else now. */
    public void forget(int tid) {
        if (!byThread.isEmpty()) {
            byThread.remove(tid);
        }
    }
}
