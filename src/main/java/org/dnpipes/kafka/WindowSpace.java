package org.dnpipes.kafka;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that the lines of all windows take together. How much of it a pipe may take depends on how much is free:
 * those that are not answered fill up what they are given, and still leave room for the others (dynamic thresholds, as
 * in the switches of Choudhury and Hahne). A pipe of which nothing is on its way may always begin. So nobody waits for
 * others, but only for his own lines. Safe for use by many threads.
 */
final class WindowSpace {
    /** What the windows share. */
    private static final long SHARED = 48 << 20;
    /** A pipe may have so large a part of what is free: some eight have full windows before any has to do with less. */
    private static final int PART = 4;
    /** Beyond what is shared there is room for the first push of each of some hundred pipes; then no more is taken. */
    private static final long MOST = 80 << 20;

    private final AtomicLong taken = new AtomicLong();

    /** Lines have come, and are in memory, whether there is room for them in their window or not. */
    void take(long bytes) {
        taken.addAndGet(bytes);
    }

    /** They are not any more. */
    void give(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }

    /** Whether a pipe of which {@code own} bytes are in its window may let in more. */
    boolean fits(long own) {
        return own == 0 || own < (SHARED - taken()) / PART;
    }

    /** Whether lines that come now should be turned away. */
    boolean isFull() {
        return taken() >= MOST;
    }
}
