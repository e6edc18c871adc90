package org.dnpipes.pipe;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Where what is known of pipes is kept for later mounts. Nobody depends on it: what is lost is read again. Every method
 * returns at once. Safe for use by many threads.
 */
public interface IndexStore {
    /** Keeps nothing. */
    IndexStore NONE = new IndexStore() {
        @Override
        public CompletableFuture<List<IndexSnapshot>> load(PipeId pipe) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<Void> save(PipeId pipe, IndexSnapshot snapshot) {
            return CompletableFuture.completedFuture(null);
        }
    };

    /**
     * What was kept of the pipe, from one place or several. Whether it is still true has to be found out, see
     * {@link IndexSnapshot}. Gives nothing of a pipe where that cannot be found out, and if nothing can be had.
     */
    CompletableFuture<List<IndexSnapshot>> load(PipeId pipe);

    /** Keeps what is known of the pipe, instead of what was kept before. Fails if it cannot. */
    CompletableFuture<Void> save(PipeId pipe, IndexSnapshot snapshot);
}
