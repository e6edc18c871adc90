package org.dnpipes.presence;

import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.PipeId;

/** One open file of this mount that is a writer, as {@link OwnWriters} knows it. Guarded by its lock. */
final class OwnWriter {
    final PipeId id;
    /** What the pipe is called in notices. */
    final String pipe;
    /** Until when somebody waits for {@link #counted}, in the time of System.nanoTime. */
    final long deadline;

    final Runnable whenLapsed;
    /** Completes when others can know of it. */
    final CompletableFuture<Void> counted = new CompletableFuture<>();
    /** The first stored notice that told of it; -1 before there is one. */
    long announced = -1;

    /** Written under the lock, read by anybody. */
    volatile boolean lapsed;

    OwnWriter(PipeId id, long deadline, Runnable whenLapsed) {
        this.id = id;
        this.pipe = Notice.key(id);
        this.deadline = deadline;
        this.whenLapsed = whenLapsed;
    }
}
