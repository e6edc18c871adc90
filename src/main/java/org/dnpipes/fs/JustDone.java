package org.dnpipes.fs;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What each thread has done last, where that tells what its next request is about: if that comes at once, and only
 * then. At most a thousand threads are remembered. Safe for use by many threads.
 */
public final class JustDone<V> {
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int MOST = 1000;

    private final Map<Integer, Done<V>> byThread = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    private record Done<V>(V what, long nanos) {}

    /** @param nanoTime as System.nanoTime */
    public JustDone(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    public void put(int tid, V what) {
        long now = nanoTime.getAsLong();
        if (byThread.size() >= MOST) {
            // Mostly nothing follows.
            byThread.values().removeIf(old -> now - old.nanos >= FRESH_NANOS);
        }
        // Threads of other pid namespaces have no number.
        if (tid > 0 && byThread.size() < MOST) {
            byThread.put(tid, new Done<>(what, now));
        } else {
            byThread.remove(tid);
        }
    }

    /** What the thread has just done; null if nothing. Once: then it is forgotten. */
    public @Nullable V take(int tid) {
        Done<V> last = byThread.remove(tid);
        return last == null || nanoTime.getAsLong() - last.nanos >= FRESH_NANOS ? null : last.what;
    }

    /** The thread does something else now. */
    public void forget(int tid) {
        if (!byThread.isEmpty()) {
            byThread.remove(tid);
        }
    }
}
