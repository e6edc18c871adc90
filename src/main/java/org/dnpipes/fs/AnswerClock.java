package org.dnpipes.fs;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.dnpipes.pipe.PipeFailure;
import org.jspecify.annotations.Nullable;

/**
 * For how long the cluster has owed an answer: there is one clock for all names, and one for each pipe. Everybody who
 * asks about the same shares it, so that while the cluster is away only the first one has to wait long. Safe for use by
 * many threads.
 */
final class AnswerClock {
    /** Within this time a cluster that is there has answered. */
    private static final Duration NOTICE = Duration.ofMillis(300);

    /** While the cluster is away, one in so long waits to see whether it is back; all others are answered at once. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private static final Duration AT_ONCE = Duration.ofMillis(1);

    /**
     * When nobody has asked for so long, nothing is known of the cluster any more, and the next one waits as the first.
     */
    private static final Duration FORGET = Duration.ofSeconds(30);

    private final LongSupplier nanoTime;
    /** Whether the cluster owes an answer, and since when. */
    private boolean owed;

    private long owedSince;
    /** How many questions were asked, when the last of them was, and which is the newest that was answered. */
    private long asked;

    private long askedNanos;
    private long answered;
    /** When somebody was last told to see whether the cluster is back; null if nobody was since it has answered. */
    private @Nullable Long lookedAgain;

    /** @param nanoTime as System.nanoTime */
    AnswerClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A question is asked. Gives its number. */
    synchronized long ask() {
        long now = nanoTime.getAsLong();
        if (!owed || now - askedNanos > FORGET.toNanos()) {
            owed = true;
            owedSince = now;
        }
        askedNanos = now;
        return ++asked;
    }

    /**
     * The question is done with. A failure is an answer, too, unless it is that none came in time. Newer questions stay
     * owed; but the cluster was there when it answered this one.
     */
    synchronized void answered(long question, @Nullable Throwable failure) {
        boolean silence = failure != null && PipeFailure.of(failure).reason() == PipeFailure.Reason.TIMED_OUT;
        if (!silence && question > answered) {
            answered = question;
            owed = answered < asked;
            lookedAgain = null;
            owedSince = nanoTime.getAsLong();
        }
    }

    /**
     * What is left of {@code patience}. When nothing is left, a list of ten thousand names must not take that many
     * times as long as an answer needs: one a second is waited for.
     */
    synchronized Duration left(Duration patience) {
        if (!owed || patience.compareTo(NOTICE) <= 0) {
            return patience;
        }
        long now = nanoTime.getAsLong();
        Duration left = patience.minusNanos(now - owedSince);
        if (left.compareTo(NOTICE) > 0) {
            return left;
        }
        if (lookedAgain != null && now - lookedAgain < LOOK_AGAIN.toNanos()) {
            return AT_ONCE;
        }
        lookedAgain = now;
        return NOTICE;
    }
}
