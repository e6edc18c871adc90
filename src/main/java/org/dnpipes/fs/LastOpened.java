package org.dnpipes.fs;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * What threads have just opened. fstat(2) does not tell which open file it asks about: right after an open(2), and
 * before anything else, it is that one. Safe for use by many threads.
 */
public final class LastOpened {
    private final JustDone<Opened> opened;

    private record Opened(String path, long fh) {}

    /** @param nanoTime as System.nanoTime */
    LastOpened(LongSupplier nanoTime) {
        this.opened = new JustDone<>(nanoTime);
    }

    void opened(int tid, String path, long fh) {
        opened.put(tid, new Opened(path, fh));
    }

    /** The open file, if the thread has just opened {@code path}. Once: then it is forgotten. */
    OptionalLong take(int tid, String path) {
        Opened last = opened.take(tid);
        return last != null && last.path.equals(path) ? OptionalLong.of(last.fh) : OptionalLong.empty();
    }

    /** The thread does something else now. */
    public void forget(int tid) {
        opened.forget(tid);
    }
}
