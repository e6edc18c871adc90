package org.dnpipes.fs;

import java.util.concurrent.atomic.LongAdder;

/**
 * How long pushes took, from when their lines were handed over until all of them were stored. Recording takes no lock
 * and allocates nothing. Safe for use by many threads.
 */
final class PushTimes {
    /** Upper bounds in nanoseconds; one more bucket holds what took longer. */
    private static final long[] BOUNDS = {
        500_000L,
        1_000_000L,
        2_500_000L,
        5_000_000L,
        10_000_000L,
        25_000_000L,
        50_000_000L,
        100_000_000L,
        250_000_000L,
        500_000_000L,
        1_000_000_000L,
        2_500_000_000L,
        5_000_000_000L,
        10_000_000_000L,
        30_000_000_000L
    };

    private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    PushTimes() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    void add(long took) {
        int i = 0;
        while (i < BOUNDS.length && took > BOUNDS[i]) {
            i++;
        }
        counts[i].increment();
        nanos.add(took);
    }

    Durations durations() {
        long[] read = new long[counts.length];
        for (int i = 0; i < read.length; i++) {
            read[i] = counts[i].sum();
        }
        return new Durations(BOUNDS, read, nanos.sum());
    }
}
