package org.dnpipes.pipe;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Where lines are pushed to. Each pipe has a window of bytes that are on their way, which is smaller while many pipes
 * have much on their way; one pipe whose window is full holds up no other. Safe for use by many threads; futures
 * complete on a thread of the engine, which must not be blocked.
 */
public interface Sink {

    /**
     * Pushes lines, in their order and behind all lines of this pipe that were pushed before by the same thread or with
     * a happens-before edge. Returns at once.
     *
     * @param lines none longer than {@link Catalog#longestLine}
     */
    Push push(PipeId pipe, Lines lines);

    /**
     * Completes when a push would be accepted without waiting: there is room in the window, or it would fail at once.
     */
    CompletableFuture<Void> room(PipeId pipe);

    /**
     * Whether the lines that were pushed and are not stored take all the memory there is for those of all pipes: who
     * can turn away what comes should do so.
     */
    boolean isFull();

    /**
     * Lines that are stored one right after the other.
     *
     * @param first the sequence number of the first one
     * @param next one past that of the last one
     * @param newest the timestamp of the newest one, in milliseconds since the epoch
     */
    record Run(long first, long next, long newest) {}

    /** Lines that were pushed together. */
    interface Push {

        /** Completes when the lines have entered the pipe's window: they are on their way in order. */
        CompletableFuture<Void> accepted();

        /**
         * Completes when every line is stored, durably and once, with the sequence number one past the last of them.
         * Fails with the first failure; TIMED_OUT means that what became of them is unknown.
         */
        CompletableFuture<Long> stored();

        /** Where they are, once they are stored, if no line of anybody else came between them. */
        Optional<Run> run();

        /** Takes the lines back. True if none of them was handed over, and none will be. */
        boolean withdraw();
    }
}
