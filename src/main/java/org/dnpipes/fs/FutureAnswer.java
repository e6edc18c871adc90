package org.dnpipes.fs;

import java.util.concurrent.CompletableFuture;

/**
 * An answer to the file system itself, which nobody interrupts.
 *
 * @param done completed, or failed with an {@link FsException}, when the answer is given
 */
record FutureAnswer(CompletableFuture<Void> done) implements Answer {
    @Override
    public void fail(Errno errno) {
        done.completeExceptionally(new FsException(errno, "not done"));
    }

    @Override
    public void count(int count) {
        done.complete(null);
    }

    @Override
    public void bytes(Fill fill) {
        done.complete(null);
    }

    @Override
    public void onInterrupt(Runnable interrupted) {
        // Nobody does.
    }
}
