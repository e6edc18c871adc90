package org.dnpipes.kafka;

/** The ways a line can take to the cluster: one producer each. A pipe uses one at a time, or order would be lost. */
enum Lane {
    /**
     * Every line is a batch. For topics whose limit is smaller than the batches of {@link #LIGHT}: a batch above the
     * limit is split into two of the same size again and again, and takes good lines down with it.
     */
    SINGLE(0, false, 8 << 20),
    /** A few lines now and then, acknowledged fast. A pipe that does not answer costs little here. */
    LIGHT(16 << 10, false, 64 << 20),
    /** Big batches, for pipes that have proven that they answer. */
    BULK(1 << 20, true, 64 << 20);

    private final int batchSize;
    private final boolean compressed;
    private final int permits;

    Lane(int batchSize, boolean compressed, int permits) {
        this.batchSize = batchSize;
        this.compressed = compressed;
        this.permits = permits;
    }

    /** The bytes of a batch, as it is sent if it is not compressed. The producer allocates all of them for one line. */
    int batchSize() {
        return batchSize;
    }

    /** Whether lines may be compressed. Without it, what fits is known exactly before it is sent. */
    boolean compressed() {
        return compressed;
    }

    /** How many bytes may be on their way in this lane, over all pipes. */
    int permits() {
        return permits;
    }

    /** The producer's own limit: never reached, since {@link #permits} and one line above them fit twice. */
    long buffer() {
        return 2L * (permits + ClientSettings.LONGEST_LINE);
    }
}
