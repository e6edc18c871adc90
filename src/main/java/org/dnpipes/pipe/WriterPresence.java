package org.dnpipes.pipe;

import java.util.concurrent.CompletableFuture;

/**
 * Who has which pipe open for writing, as far as readers must know to see the end of a pipe. Safe for use by many
 * threads.
 */
public interface WriterPresence extends AutoCloseable {

    /**
     * Counts one more writer of {@code pipe}; it counts from the completion of the future. If that fails, it does not
     * count: UNAUTHORIZED without the right to tell others, TIMED_OUT if they cannot be told now.
     *
     * @param whenLapsed called at most once, on any thread and without a lock, when it has turned out that readers may
     *     have seen the end of the pipe without this writer
     */
    CompletableFuture<Counted> opened(PipeId pipe, Runnable whenLapsed);

    /**
     * Watches the writers of {@code pipe} from now on. Holding a watch costs nothing, opening one a request at the
     * most.
     *
     * @param changed called whenever a new look may tell something else, on any thread; must not block
     */
    Watch watch(PipeId pipe, Runnable changed);

    /** No writer of this mount counts any more. Takes 1 s at most. */
    @Override
    void close();

    /** One writer that counts. */
    interface Counted {

        /**
         * Asked before anything is sent for this writer, and before it is told that something was stored. Completes, as
         * a rule at once, if readers everywhere still count it. Fails with LAPSED, for good, if some may have seen the
         * end of the pipe without it, and with TIMED_OUT if that cannot be found out.
         */
        CompletableFuture<Void> confirm();

        /**
         * Counts the writer out. To be called once.
         *
         * @param end one past the last message of that writer that was acknowledged, 0 if there was none. Readers
         *     elsewhere read up to it before they see the end.
         */
        CompletableFuture<Void> closed(long end);
    }

    /** What one reader learns about the writers of its pipe. */
    interface Watch extends AutoCloseable {

        /** Completes when no writer that opens from now on can be missed; or when that cannot be told. Never fails. */
        CompletableFuture<Void> began();

        /** A fresh look: what it tells was true at some moment after this call. Fails if nobody can be asked. */
        CompletableFuture<Writers> look();

        @Override
        void close();
    }

    /**
     * The outcome of a look.
     *
     * @param present some process holds the pipe open for writing
     * @param seen a writer was there at some moment since the watch began
     * @param end one past the last message that a writer announced at its close, 0 if none did
     */
    record Writers(boolean present, boolean seen, long end) {}
}
