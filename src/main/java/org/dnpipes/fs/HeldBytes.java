package org.dnpipes.fs;

import java.util.concurrent.atomic.AtomicLong;

/** The memory for lines that were begun and not finished, of all open files together. Safe for use by many threads. */
final class HeldBytes {
    private final long most;
    private final AtomicLong held = new AtomicLong();

    /** @param most how many bytes there may be */
    HeldBytes(long most) {
        this.most = most;
    }

    /** Takes {@code bytes}, if there are so many left. Negative ones are given back. */
    boolean take(long bytes) {
        if (held.addAndGet(bytes) <= most || bytes <= 0) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    /** How many bytes are taken. */
    long taken() {
        return held.get();
    }

    /** Takes what cannot be refused. */
    void takeAnyway(long bytes) {
        held.addAndGet(bytes);
    }
}
