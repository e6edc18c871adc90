package org.dnpipes.kafka;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When the lines of one pipe that come one by one are handed over: in rounds, as in RFC 896. They go at once if nothing
 * is on its way; else, with all that have come meanwhile, when that is answered. A request for each line would cost
 * more than the lines do. All methods are called with the window's lock held.
 */
final class Rounds {
    /**
     * While answers take longer, there are no rounds: the broker is far away, or busy, and they would halve the rate.
     */
    private static final long ROUND_NANOS = 2_000_000;
    /** So many pushes in so long come faster than those of a process that waits for each. */
    private static final int MANY = 10;

    private static final long MANY_NANOS = 1_000_000;

    /** What the sender does about the pipe. */
    private enum Visit {
        /** It has to be told when there is something to hand over. */
        NONE,
        /** It is handing over, and takes whatever comes. */
        NOW,
        /** It comes back in a moment. */
        SOON
    }

    private final LongSupplier nanoTime;
    private Visit visit = Visit.NONE;
    /** How many pushes were handed over lately, and since when. */
    private int handedLately;

    private long latelyNanos;
    /** Whether the last answer took longer than a round may. */
    private boolean slow;

    /** @param nanoTime as System.nanoTime */
    Rounds(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether what comes need not wait for {@code oldest}, the first that is on its way; null if nothing is. */
    boolean mayBegin(@Nullable Pushed oldest) {
        return oldest == null || slow || age(oldest) > ROUND_NANOS;
    }

    /** Whether the sender would not look for what has come unless it is told. */
    boolean isSenderAway() {
        return visit == Visit.NONE;
    }

    /** The sender looks for lines. Whether it takes what there is, since it goes on or has come back by itself. */
    boolean senderLooks() {
        boolean goesOn = visit != Visit.NONE;
        visit = Visit.NONE;
        return goesOn;
    }

    /** It has found some. */
    void senderHandsOver() {
        visit = Visit.NOW;
    }

    /**
     * It has found nothing to hand over. Whether it should come back in a moment all the same: while lines come so
     * fast, it would have to be told, and be woken, more often than that.
     *
     * @param light whether lines take the lane for a few of them
     */
    boolean senderComesBack(boolean light) {
        long now = nanoTime.getAsLong();
        boolean many = light && handedLately >= MANY;
        if (many || now - latelyNanos > MANY_NANOS) {
            handedLately = 0;
            latelyNanos = now;
        }
        visit = many ? Visit.SOON : Visit.NONE;
        return many;
    }

    /** The first line of {@code pushed} is about to be handed over. */
    void started(Pushed pushed) {
        pushed.startedNanos = nanoTime.getAsLong();
        handedLately++;
    }

    /** All lines of {@code pushed} that were handed over are answered. */
    void answered(Pushed pushed) {
        slow = age(pushed) > ROUND_NANOS;
    }

    private long age(Pushed pushed) {
        return nanoTime.getAsLong() - pushed.startedNanos;
    }
}
