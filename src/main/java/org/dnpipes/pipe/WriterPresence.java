package org.dnpipes.pipe;

import java.util.concurrent.CompletableFuture;

/**
 * Who has which pipe open for writing, as far as readers must know to see the end of a pipe. Safe for use by many
 * threads.
 */
public interface WriterPresence {

    /** Counts one more writer of {@code pipe}; it counts from the completion of the future. */
    CompletableFuture<Void> opened(PipeId pipe);

    /**
     * Counts one writer less.
     *
     * @param end one past the last message of that writer that was acknowledged, 0 if there was none. Readers elsewhere
     *     read up to it before they see the end.
     */
    CompletableFuture<Void> closed(PipeId pipe, long end);

    /**
     * Watches the writers of {@code pipe} from now on. Opening and holding a watch costs no request.
     *
     * @param changed called whenever a new look may tell something else, on any thread; must not block
     */
    Watch watch(PipeId pipe, Runnable changed);

    /** What one reader learns about the writers of its pipe. */
    interface Watch extends AutoCloseable {

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
