package org.dnpipes.fake;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;

/** The ports as one mount sees them. Several connections to one {@link FakeCluster} see the same pipes. */
public final class FakeConnection implements AutoCloseable {
    private final Store store;
    private final Catalog catalog;
    private final Source source;
    private final Sink sink;
    private boolean closed;

    FakeConnection(Store store) {
        this.store = store;
        this.catalog = new FakeCatalog(this, store);
        this.source = new FakeSource(this, store);
        this.sink = new FakeSink(this, store);
    }

    public Catalog catalog() {
        return catalog;
    }

    public Source source() {
        return source;
    }

    public Sink sink() {
        return sink;
    }

    /** Fails with CLOSED whatever waits here and whatever is asked later. */
    @Override
    public void close() {
        store.thread().call(() -> {
            closed = true;
            PipeFailure why = closed();
            store.failQuestions(question -> question.owner() == this, why);
            store.logs().forEach(log -> {
                log.failReads(read -> read.owner() == this, why);
                log.window().release(room -> room.owner() == this);
                log.window().fail(push -> push.owner() == this, why);
            });
            return this;
        });
    }

    <T> CompletableFuture<T> ask(Supplier<T> look) {
        return ask(Optional.empty(), look);
    }

    <T> CompletableFuture<T> ask(PipeId pipe, Supplier<T> look) {
        return ask(Optional.of(pipe), look);
    }

    /** Runs the action on the engine's thread; {@code failed} is told whatever it throws. */
    void run(Runnable action, Consumer<PipeFailure> failed) {
        boolean taken = store.thread().run(() -> {
            try {
                requireOpen();
                action.run();
            } catch (RuntimeException e) {
                failed.accept(PipeFailure.of(e));
            }
        });
        if (!taken) {
            failed.accept(closed());
        }
    }

    private <T> CompletableFuture<T> ask(Optional<PipeId> pipe, Supplier<T> look) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Question<T> question = new Question<>(this, pipe, look, future);
        run(() -> store.ask(question), question::fail);
        return future;
    }

    private void requireOpen() {
        if (closed) {
            throw closed();
        }
    }

    private static PipeFailure closed() {
        return new PipeFailure(Reason.CLOSED, "the connection to the cluster was closed");
    }
}
