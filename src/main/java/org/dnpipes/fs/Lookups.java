package org.dnpipes.fs;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
    private static final long NO_FILE = 0;

    private final Map<Integer, Lookup> byThread = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    private record Lookup(String path, @Nullable Attributes attributes, long fh, long nanos) {}

    /** @param nanoTime as System.nanoTime */
    Lookups(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void lookedUp(int tid, String path, Attributes attributes) {
        put(tid, new Lookup(path, attributes, NO_FILE, nanoTime.getAsLong()));
    }

    void opened(int tid, String path, long fh) {
        put(tid, new Lookup(path, null, fh, nanoTime.getAsLong()));
    }

    private void put(int tid, Lookup lookup) {
        if (byThread.size() >= MOST) {
            byThread.clear();
        }
        // Threads of other pid namespaces have no number.
        if (tid > 0) {
            byThread.put(tid, lookup);
        }
    }

    /** What the thread has just been told of {@code path}, once. */
    Optional<Attributes> takeAttributes(int tid, String path) {
        return Optional.ofNullable(byThread.get(tid))
                .filter(last -> last.attributes != null)
                .flatMap(last -> take(tid, path))
                .map(Lookup::attributes);
    }

    /** Which file the thread has just opened by {@code path}, once. */
    OptionalLong takeOpened(int tid, String path) {
        return take(tid, path)
                .filter(last -> last.fh != NO_FILE)
                .map(last -> OptionalLong.of(last.fh))
                .orElseGet(OptionalLong::empty);
    }

    private Optional<Lookup> take(int tid, String path) {
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
