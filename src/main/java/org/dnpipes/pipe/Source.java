package org.dnpipes.pipe;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * Where messages are read from. Every method returns at once; futures complete on a thread of the engine, which must
 * not be blocked. Safe for use by many threads.
 */
public interface Source {

    /**
     * The pipe's extent, asked from its leader after this call began: it covers every push that was executed before.
     */
    CompletableFuture<Extent> extent(PipeId pipe);

    /** When the newest message was stored, or {@link Instant#EPOCH} if the pipe holds none. */
    CompletableFuture<Instant> newest(PipeId pipe);

    /** The first sequence number of a message that was stored at {@code time} or later; the pipe's end if none was. */
    CompletableFuture<Long> firstSince(PipeId pipe, Instant time);

    /**
     * Messages from {@code from} on, as many as come conveniently at once. Waits without a limit while there is none,
     * whatever becomes of the connection; {@code cancel} ends the wait and frees what it held. Completes with an empty
     * chunk when there are only gaps, so that the caller goes on behind them. Costs nothing while it waits but its
     * share of one connection, however many wait.
     *
     * <p>Fails with {@link PipeFailure.OutOfRange} if {@code from} is not within what the pipe retains or one past it,
     * or if messages before it turn out to have been lost and may have been replaced; and with GONE or UNAUTHORIZED.
     */
    CompletableFuture<Chunk> read(PipeId pipe, long from);
}
