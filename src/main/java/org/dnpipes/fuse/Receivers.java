package org.dnpipes.fuse;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many threads receive. Each step is one, so that nobody counts on a thread that is about to go: of those that
 * receive, at least one stays. Safe for use by many threads.
 */
final class Receivers {
    private final AtomicInteger count = new AtomicInteger();

    /** One more receives. */
    void add() {
        count.incrementAndGet();
    }

    /** One less does, whoever is left. */
    void remove() {
        count.decrementAndGet();
    }

    /** One less receives, if then at least {@code rest} do. Else all is as it was. */
    boolean removeIfStay(int rest) {
        int now = count.get();
        while (now > rest) {
            if (count.compareAndSet(now, now - 1)) {
                return true;
            }
            now = count.get();
        }
        return false;
    }
}
