package org.dnpipes.presence;

import java.time.Duration;

/**
 * How long a mount may be silent before others count its writers out, and what follows from that.
 *
 * @param length between {@link #SHORTEST} and {@link #LONGEST}
 */
public record Lease(Duration length) {
    public static final Duration SHORTEST = Duration.ofSeconds(3);
    public static final Duration LONGEST = Duration.ofMinutes(2);

    /** What is older is not read by a mount that begins to look: its writers count no more. */
    static final Duration HISTORY = Duration.ofMinutes(10);

    /** Brokers' clocks, whose time decides what is old, differ by less than a minute. */
    private static final Duration SURE_TO_BE_READ = HISTORY.minusMinutes(1);

    public Lease {
        if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a lease of " + length);
        }
    }

    long nanos() {
        return length.toNanos();
    }

    /** A mount with writers says something at least that often, as long as it can. */
    long renewal() {
        return nanos() / 6;
    }

    /** A mount that is told to begin anew has said all by then, whatever its lease. */
    static long longestRenewal() {
        return new Lease(LONGEST).renewal() + Duration.ofSeconds(5).toNanos();
    }

    /** A silence of so long is worth to be looked at by those who wait for a writer. */
    long overdue() {
        return nanos() / 4;
    }

    /**
     * Time counts for a lease only where there is no gap of more than this between two proofs that the log can be
     * written.
     */
    long longestGap() {
        return nanos() / 3;
    }

    /**
     * So long after the beginning of the last notice that was stored nobody can have counted its mount out: others wait
     * for the whole lease from when they see it.
     */
    long safe() {
        return nanos() / 3 * 2;
    }

    /** After a silence of so long somebody who began to look may have missed the mount. */
    static long longestSilence() {
        return SURE_TO_BE_READ.toNanos();
    }
}
