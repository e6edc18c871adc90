package org.dnpipes.fs;

import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.WriterPresence;
import org.dnpipes.pipe.WriterPresence.Watch;
import org.dnpipes.pipe.WriterPresence.Writers;

/**
 * What one reader has to know at the end of its pipe: are there writers, and is it the end? The order of the questions
 * matters: a writer's lines are stored before it stops counting, so an extent that was asked for after no writer was
 * seen covers all of them.
 */
final class EndOfPipe implements AutoCloseable {
    private static final Writers NOBODY_ASKED = new Writers(false, false, 0);

    private final SharedPipe pipe;
    private final CompletableFuture<Watch> watch = new CompletableFuture<>();

    EndOfPipe(SharedPipe pipe) {
        this.pipe = pipe;
    }

    /**
     * Begins to watch the writers. To be called once, before anything else.
     *
     * @param changed called when a new look may tell something else, perhaps before this returns
     */
    void watch(WriterPresence presence, Runnable changed) {
        watch.complete(presence.watch(pipe.id(), changed));
    }

    /**
     * What was found, true at some moment after the question.
     *
     * @param writers who has the pipe open for writing
     * @param extent what the pipe held after that
     */
    record Findings(Writers writers, Extent extent) {

        /** Whether a message at {@code sequence}, or behind it, is there and can be read. */
        boolean hasMore(long sequence) {
            return sequence < extent.stable();
        }

        /** Whether all there is has been read, by a reader that is at {@code sequence}. */
        boolean isEnd(long sequence) {
            return !writers.present() && sequence >= extent.end() && sequence >= writers.end();
        }
    }

    /** Completes when no writer that comes can be missed any more. Never fails. */
    CompletableFuture<Void> began() {
        return watch.thenCompose(Watch::began);
    }

    /** Looks for writers, then at the pipe. Fails if either cannot be asked: then it is not the end. */
    CompletableFuture<Findings> look() {
        return watch.thenCompose(Watch::look)
                .thenCompose(writers -> pipe.extent().thenApply(extent -> new Findings(writers, extent)));
    }

    /** Looks at the pipe alone. */
    CompletableFuture<Findings> lookAtPipe() {
        return pipe.extent().thenApply(extent -> new Findings(NOBODY_ASKED, extent));
    }

    @Override
    public void close() {
        watch.thenAccept(Watch::close);
    }
}
