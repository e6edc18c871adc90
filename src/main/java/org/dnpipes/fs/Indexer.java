package org.dnpipes.fs;

import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.PipeFailure;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pipe in order to know its bytes, as far as somebody has asked for. One scan serves all who ask; it holds no
 * thread. Safe for use by many threads.
 */
final class Indexer {
    private final SharedPipe pipe;
    private long wanted;
    private long limit;
    private @Nullable CompletableFuture<Void> running;

    Indexer(SharedPipe pipe) {
        this.pipe = pipe;
    }

    /**
     * Indexes up to the message before {@code sequence}, but not much further than position {@code upTo}. Completes
     * when one of them is reached.
     */
    CompletableFuture<Void> index(long sequence, long upTo) {
        CompletableFuture<Void> scan;
        boolean start = false;
        synchronized (this) {
            wanted = Math.max(wanted, sequence);
            limit = Math.max(limit, upTo);
            if (running == null) {
                running = new CompletableFuture<>();
                start = true;
            }
            scan = running;
        }
        if (start) {
            pipe.index().whenComplete((index, failure) -> goOn(failure));
        }
        // A scan that was about to end when this was asked may have ended short of it.
        return scan.thenCompose(
                done -> isReached(sequence, upTo) ? CompletableFuture.completedFuture(null) : index(sequence, upTo));
    }

    private boolean isReached(long sequence, long upTo) {
        ByteIndex.Mark end = pipe.knownIndex().orElseThrow().end();
        return end.sequence() >= sequence || end.position() >= upTo;
    }

    /** Takes as many chunks as are there; comes back when the next one is. */
    private void goOn(@Nullable Throwable failure) {
        Throwable failed = failure;
        while (failed == null && !isDone()) {
            CompletableFuture<Chunk> next =
                    pipe.chunk(pipe.knownIndex().orElseThrow().end().sequence());
            if (!next.isDone()) {
                next.whenComplete((chunk, thrown) -> goOn(skipRemoved(thrown)));
                return;
            }
            failed = skipRemoved(
                    next.isCompletedExceptionally() ? next.handle((c, t) -> t).join() : null);
        }
        finish(failed);
    }

    private boolean isDone() {
        synchronized (this) {
            return isReached(wanted, limit);
        }
    }

    /** Messages that were removed meanwhile need no index. */
    private @Nullable Throwable skipRemoved(@Nullable Throwable thrown) {
        if (thrown != null && PipeFailure.of(thrown) instanceof PipeFailure.OutOfRange removed) {
            pipe.learn(removed.extent());
            ByteIndex index = pipe.knownIndex().orElseThrow();
            index.skipTo(removed.extent().first());
            return index.end().sequence() <= removed.extent().end() ? null : thrown;
        }
        return thrown;
    }

    private void finish(@Nullable Throwable failed) {
        CompletableFuture<Void> ended;
        synchronized (this) {
            ended = running;
            running = null;
            wanted = 0;
            limit = 0;
        }
        if (ended != null && failed == null) {
            ended.complete(null);
        } else if (ended != null) {
            ended.completeExceptionally(failed);
        }
    }
}
