package org.dnpipes.fuse;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What threads have just been told of a name. stat(2) makes the kernel ask twice, with LOOKUP for the name and then
 * with GETATTR for what it names: the second answer is the first one, since it belongs to the same call. It is kept as
 * it was sent, so that neither libfuse nor the file system has to be asked. Safe for use by many threads.
 */
final class LookedUp {
    /** Within one call the second question comes at once. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int MOST = 1000;

    private final Map<Integer, Told> byThread = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    private record Told(long node, ByteBuffer attributes, long nanos) {}

    /** @param nanoTime as System.nanoTime */
    LookedUp(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** @param attributes fuse_attr, as it is sent; it must not be changed any more */
    void told(int tid, long node, ByteBuffer attributes) {
        long now = nanoTime.getAsLong();
        if (byThread.size() >= MOST) {
            // Of most look-ups nobody asks again. What is fresh has to stay: has() may have said so just now.
            byThread.values().removeIf(old -> now - old.nanos >= FRESH_NANOS);
        }
        // Threads of other pid namespaces have no number.
        if (tid > 0 && byThread.size() < MOST) {
            byThread.put(tid, new Told(node, attributes, now));
        } else {
            byThread.remove(tid);
        }
    }

    /** Whether the thread has just been told of {@code node}; if not, what else it was told is forgotten. */
    boolean has(int tid, long node) {
        Told told = byThread.get(tid);
        if (told == null) {
            return false;
        }
        boolean same = told.node == node && nanoTime.getAsLong() - told.nanos < FRESH_NANOS;
        if (!same) {
            byThread.remove(tid);
        }
        return same;
    }

    /** What the thread was told of {@code node}, however long ago; null if nothing. Once: then it is forgotten. */
    @Nullable
    ByteBuffer take(int tid, long node) {
        Told told = byThread.remove(tid);
        return told != null && told.node == node ? told.attributes : null;
    }

    /** The thread does something else now. */
    void forget(int tid) {
        if (!byThread.isEmpty()) {
            byThread.remove(tid);
        }
    }
}
