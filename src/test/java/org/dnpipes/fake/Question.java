package org.dnpipes.fake;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeId;

/**
 * A question to the cluster and who waits for the answer.
 *
 * @param pipe the pipe it is about; none for one about topics
 * @param look finds the answer, on the engine's thread
 */
record Question<T>(FakeConnection owner, Optional<PipeId> pipe, Supplier<T> look, CompletableFuture<T> future) {

    void answer() {
        T found;
        try {
            found = look.get();
        } catch (PipeFailure e) {
            fail(e);
            return;
        }
        future.complete(found);
    }

    void fail(PipeFailure why) {
        future.completeExceptionally(why);
    }
}
