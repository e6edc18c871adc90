package org.dnpipes.fs;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A histogram of durations, as it was at one moment. Immutable. */
public final class Durations {
    private static final double NANOS = 1e9;

    private final long[] bounds;
    private final long[] counts;
    private final long nanos;

    /**
     * @param bounds upper bounds of the buckets in nanoseconds, inclusive and ascending
     * @param counts for each bucket, and one more for what took longer than the last bound
     * @param nanos all durations together
     */
    Durations(long[] bounds, long[] counts, long nanos) {
        this.bounds = bounds;
        this.counts = counts;
        this.nanos = nanos;
    }

    /** The upper bounds in seconds, the last of which is infinite. */
    public double[] boundsInSeconds() {
        return IntStream.rangeClosed(0, bounds.length)
                .mapToDouble(i -> i < bounds.length ? bounds[i] / NANOS : Double.POSITIVE_INFINITY)
                .toArray();
    }

    /** How many were in each bucket, not in those before. */
    public long[] counts() {
        return counts.clone();
    }

    public double sumInSeconds() {
        return nanos / NANOS;
    }

    public long count() {
        return Arrays.stream(counts).sum();
    }
}
