package org.dnpipes.fake;

import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;

final class FakeSink implements Sink {
    private final FakeConnection connection;
    private final Store store;

    FakeSink(FakeConnection connection, Store store) {
        this.connection = connection;
        this.store = store;
    }

    @Override
    public Push push(PipeId pipe, Lines lines) {
        FakePush push = new FakePush(
                connection,
                lines,
                withdrawn -> store.thread()
                        .run(() -> store.logs()
                                .filter(log -> log.id().equals(pipe))
                                .forEach(log -> log.window().forget(withdrawn))));
        connection.run(
                () -> {
                    Log log = store.log(pipe);
                    requireShort(pipe, lines);
                    log.window().push(push);
                },
                push::fail);
        return push;
    }

    @Override
    public CompletableFuture<Void> room(PipeId pipe) {
        CompletableFuture<Void> room = new CompletableFuture<>();
        // A push to a pipe that cannot be pushed to fails at once, so there is nothing to wait for.
        connection.run(
                () -> store.log(pipe).window().room(new Window.Room(connection, room)), failed -> room.complete(null));
        return room;
    }

    @Override
    public boolean isFull() {
        return false;
    }

    private void requireShort(PipeId pipe, Lines lines) {
        FakeTopic topic = store.topic(pipe.topic());
        lines.forEach(line -> topic.requireShort(line.length));
    }
}
