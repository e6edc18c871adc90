package org.dnpipes.fs;

/**
 * Tells when a writer is in a burst: more than {@value #WAITING_WRITES} writes with less than 100 ms between them.
 * Shells ignore what close(2) returns, so a script's few writes wait for their acknowledgement; a program that pours
 * data is let go on, and is told of a failure by a later call. Not safe for use by several threads.
 */
final class Burst {
    private static final int WAITING_WRITES = 64;
    private static final long QUIET_NANOS = 100_000_000;

    private int writes;
    private long lastAnswered;

    /**
     * A write comes at {@code now}, in the nanoseconds of some clock. Whether it has to wait for its acknowledgement.
     */
    boolean hasToWait(long now) {
        if (writes > 0 && now - lastAnswered >= QUIET_NANOS) {
            writes = 0;
        }
        writes = Math.min(writes + 1, WAITING_WRITES + 1);
        return writes <= WAITING_WRITES;
    }

    /** A write was answered at {@code now}; the time until the next one is the pause between them. */
    void answered(long now) {
        lastAnswered = now;
    }
}
