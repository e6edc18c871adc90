package org.dnpipes.pipe.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.contract.Engine.Transaction;
import org.junit.jupiter.api.Test;

/** The promises of {@link org.dnpipes.pipe.Source} about gaps and about foreign producers' transactions. */
public abstract class TransactionContract extends PortContract {

    @Test
    void gapsAreSkipped() throws Exception {
        PipeId pipe = pipe();
        append(pipe, "a");
        engine().gap(pipe);
        append(pipe, "b");
        engine().gap(pipe);
        long last = append(pipe, "c");
        assertTrue(last > 2, "there was no gap");
        assertEquals("a\nb\nc\n", read(here, pipe, 0, last + 1));
    }

    @Test
    void gapsAloneGiveAnEmptyChunk() throws Exception {
        PipeId pipe = pipe();
        append(pipe, "a");
        engine().gap(pipe);
        long end = stableEnd(pipe).end();
        assertTrue(end > 1, "there was no gap");
        assertEquals("", read(here, pipe, 1, end));
    }

    @Test
    void readAfterAGapWaitsAsAnyOther() throws Exception {
        PipeId pipe = pipe();
        append(pipe, "a");
        engine().gap(pipe);
        CompletableFuture<Chunk> read = here.source().read(pipe, stableEnd(pipe).end());
        assertWaits(read);
        append(pipe, "b");
        assertEquals("b\n", text(answer(read)));
    }

    @Test
    void gapUnderAWaitingReadMovesItOn() throws Exception {
        PipeId pipe = pipe();
        long from = push(pipe, "a");
        CompletableFuture<Chunk> read = here.source().read(pipe, from);
        assertWaits(read);
        engine().gap(pipe);
        long last = append(pipe, "b");
        Chunk chunk = answer(read);
        assertEquals(from, chunk.first());
        assertEquals("b\n", text(chunk) + read(here, pipe, chunk.next(), last + 1));
    }

    @Test
    void nothingBehindAnOpenTransactionCanBeRead() throws Exception {
        PipeId pipe = pipe();
        append(pipe, "a");
        Transaction transaction = engine().begin(pipe);
        transaction.append(bytes("inside"));
        long end = append(pipe, "behind") + 1;
        assertEquals(new Extent(0, 1, end), answer(here.source().extent(pipe)));
        assertEquals("a\n", read(here, pipe, 0, 1));

        CompletableFuture<Chunk> read = here.source().read(pipe, 1);
        assertWaits(read);
        transaction.commit();
        Chunk chunk = answer(read);
        assertEquals("inside\nbehind\n", text(chunk) + read(here, pipe, chunk.next(), end));
        Extent after = stableEnd(pipe);
        assertTrue(after.end() >= end, after::toString);
    }

    @Test
    void abortedMessagesAreNotShown() throws Exception {
        PipeId pipe = pipe();
        append(pipe, "a");
        Transaction transaction = engine().begin(pipe);
        transaction.append(bytes("never"));
        transaction.append(bytes("to be seen"));
        CompletableFuture<Chunk> read = here.source().read(pipe, 1);
        assertWaits(read);
        transaction.abort();
        long last = append(pipe, "b");
        Chunk chunk = answer(read);
        assertEquals("b\n", text(chunk) + read(here, pipe, chunk.next(), last + 1));
        assertEquals("a\nb\n", read(elsewhere, pipe, 0, last + 1));
    }

    /** The pipe's extent once its transactions have ended everywhere. */
    private Extent stableEnd(PipeId pipe) throws Exception {
        return eventually(() -> here.source().extent(pipe), extent -> extent.stable() == extent.end());
    }
}
