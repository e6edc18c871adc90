package org.dnpipes.fs;

/**
 * How often the positions of a pipe have started anew, why, and for whom. Not safe for use by several threads: its pipe
 * guards it.
 */
final class Restarts {
    private long removedBefore;
    private int resets;
    /** Positions started anew by a reset, the last time that was so, for readers up to here. */
    private long anewFor;
    /** How often they had started anew with the last loss: that was for all readers. */
    private int resetsWithLoss;

    private Loss loss = new Loss(Long.MAX_VALUE);

    /**
     * Messages from {@code intact} on were lost once, and others may have taken their place. Who has read some of them
     * goes on there, once for each loss; so two losses are never equal.
     */
    static final class Loss {
        private final long intact;

        private Loss(long intact) {
            this.intact = intact;
        }

        long intact() {
            return intact;
        }
    }

    /** Whether the removal of all messages before {@code end} is news. */
    boolean isNews(long end) {
        return end > removedBefore;
    }

    /** All messages before {@code end} were removed for good. */
    void reset(long end) {
        removedBefore = end;
        anewFor = end;
        resets++;
    }

    /**
     * Messages from {@code intact} on were lost; the pipe ends with {@code end} now.
     *
     * @param anew whether positions start anew: whether there were any
     */
    void lost(long intact, long end, boolean anew) {
        loss = new Loss(intact);
        removedBefore = Math.min(removedBefore, end);
        resets += anew ? 1 : 0;
        resetsWithLoss = resets;
    }

    /** The same loss turns out to be a larger one. */
    void lostFrom(long intact) {
        if (intact < loss.intact()) {
            loss = new Loss(intact);
        }
    }

    /** Everything before this was removed by a reset. */
    long removedBefore() {
        return removedBefore;
    }

    int resets() {
        return resets;
    }

    /**
     * Whether positions start anew also for one who has read all before {@code sequence}, and knows of the first
     * {@code shown} times.
     */
    boolean startsAnewFor(long sequence, int shown) {
        return shown < resetsWithLoss || sequence <= anewFor;
    }

    /** The last loss of messages that was noticed. */
    Loss loss() {
        return loss;
    }
}
