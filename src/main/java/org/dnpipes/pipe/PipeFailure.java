package org.dnpipes.pipe;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Why something could not be done with a pipe. The message is a sentence for the user: what happened, to what, and
 * where it helps what to do. The {@link Reason} is what callers decide by; it becomes an errno or an exit code in one
 * place each.
 */
public class PipeFailure extends RuntimeException {

    /** Every kind of failure that callers tell apart. */
    public enum Reason {
        /** No such topic, or no such pipe in it. */
        MISSING,
        /** The topic was deleted, re-created or got more pipes since the pipe was opened. */
        GONE,
        /** There is already a topic of that name, or one whose name the engine cannot tell from it. */
        EXISTS,
        ILLEGAL_NAME,
        NAME_TOO_LONG,
        UNAUTHORIZED,
        /** A rule of the cluster or of the topic forbids it. */
        REFUSED,
        /** A line is longer than its topic accepts. */
        TOO_LONG,
        /** No answer in time. What was asked for may have happened or not. */
        TIMED_OUT,
        QUOTA,
        /** The asked-for position is outside of what the pipe retains: see {@link OutOfRange}. */
        OUT_OF_RANGE,
        /** Readers elsewhere do not count this writer any more, since its mount was silent for too long. */
        LAPSED,
        /** Given up because the mount is ending. */
        CLOSED,
        /** Anything else. */
        FAILED
    }

    private final Reason reason;

    public PipeFailure(Reason reason, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.reason = reason;
    }

    public PipeFailure(Reason reason, String sentence) {
        this(reason, sentence, null);
    }

    public Reason reason() {
        return reason;
    }

    /** The failure inside {@code thrown}, unwrapped from what futures put around it; an unknown one becomes FAILED. */
    public static PipeFailure of(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof PipeFailure failure
                ? failure
                : new PipeFailure(Reason.FAILED, String.valueOf(cause), cause);
    }

    /** A read that starts before the first retained message, behind the end, or behind where messages were lost. */
    public static final class OutOfRange extends PipeFailure {
        private final long asked;
        private final transient Extent extent;
        private final long intact;

        public OutOfRange(PipeId pipe, long asked, Extent extent) {
            this(pipe, asked, extent, extent.end());
        }

        /** @param intact before this message none was replaced, as far as is known; others than before may follow */
        public OutOfRange(PipeId pipe, long asked, Extent extent, long intact) {
            super(
                    Reason.OUT_OF_RANGE,
                    "pipe " + pipe + " retains messages " + extent.first() + " to " + extent.end() + ", not " + asked
                            + (intact < extent.end() ? ", and has lost those from " + intact + " on" : ""));
            this.asked = asked;
            this.extent = extent;
            this.intact = Math.min(intact, extent.end());
        }

        /**
         * Whether what was asked for was there once and is not any more, though its head was not removed: Kafka's
         * unclean leader election, or a broker that has lost what it had not written to its disk, has cut off the end.
         */
        public boolean isCutOff() {
            return asked > intact;
        }

        /** Before this message none was lost but by removal of the head. */
        public long intact() {
            return intact;
        }

        /** What the pipe retains. */
        public Extent extent() {
            return extent;
        }
    }
}
