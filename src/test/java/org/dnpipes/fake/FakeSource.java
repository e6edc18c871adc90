package org.dnpipes.fake;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;

final class FakeSource implements Source {
    private final FakeConnection connection;
    private final Store store;

    FakeSource(FakeConnection connection, Store store) {
        this.connection = connection;
        this.store = store;
    }

    @Override
    public CompletableFuture<Extent> extent(PipeId pipe) {
        return connection.ask(pipe, () -> store.log(pipe).looked().extent());
    }

    @Override
    public CompletableFuture<Instant> newest(PipeId pipe) {
        return connection.ask(
                pipe,
                () -> store.log(pipe)
                        .looked()
                        .newest()
                        .map(message -> Instant.ofEpochMilli(message.timestamp()))
                        .orElse(Instant.EPOCH));
    }

    @Override
    public CompletableFuture<Long> firstSince(PipeId pipe, Instant time) {
        return connection.ask(pipe, () -> store.log(pipe).looked().firstSince(time.toEpochMilli()));
    }

    @Override
    public CompletableFuture<Chunk> read(PipeId pipe, long from) {
        Log.Read read = new Log.Read(connection, from, new CompletableFuture<>());
        connection.run(() -> store.log(pipe).read(read), read.answer()::completeExceptionally);
        var unused = read.answer().whenComplete((chunk, thrown) -> {
            if (read.answer().isCancelled()) {
                store.thread().run(() -> store.logs().forEach(log -> log.forget(read)));
            }
        });
        return read.answer();
    }
}
