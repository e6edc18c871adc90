package org.dnpipes.mount;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for the engine on behalf of a command, which has nothing else to do. */
final class ClientCall {
    private ClientCall() {}

    /**
     * The outcome of a call that ends by itself, or is meant to go on until the command is interrupted.
     *
     * @throws ClusterFailure instead of whatever the call failed with
     */
    static <T> T await(CompletableFuture<T> call) {
        try {
            return call.get();
        } catch (ExecutionException e) {
            throw ClusterFailure.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            call.cancel(false);
            throw new ClusterFailure("interrupted", e);
        }
    }
}
