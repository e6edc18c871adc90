package org.dnpipes.fake;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.Sink;

/** Lines on their way: queued, then admitted to the window, unless they are withdrawn before. */
final class FakePush implements Sink.Push {
    private enum State {
        QUEUED,
        ADMITTED,
        WITHDRAWN
    }

    private final FakeConnection owner;
    private final List<byte[]> lines;
    private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);
    private final CompletableFuture<Void> accepted = new CompletableFuture<>();
    private final CompletableFuture<Long> stored = new CompletableFuture<>();
    private final Consumer<FakePush> withdrawn;
    private long ticket;
    private Optional<Sink.Run> run = Optional.empty();

    /** @param withdrawn called once when the lines were taken back */
    FakePush(FakeConnection owner, List<byte[]> lines, Consumer<FakePush> withdrawn) {
        this.owner = owner;
        this.lines = List.copyOf(lines);
        this.withdrawn = withdrawn;
    }

    @Override
    public CompletableFuture<Void> accepted() {
        return accepted;
    }

    @Override
    public CompletableFuture<Long> stored() {
        return stored;
    }

    @Override
    public Optional<Sink.Run> run() {
        return run;
    }

    void store(Sink.Run where) {
        run = Optional.of(where);
        stored.complete(where.next());
    }

    /** Decided without the engine's thread, which a caller that holds a lock must not wait for. */
    @Override
    public boolean withdraw() {
        boolean taken = state.compareAndSet(State.QUEUED, State.WITHDRAWN);
        if (taken) {
            withdrawn.accept(this);
        }
        return taken || state.get() == State.WITHDRAWN;
    }

    /** Into the window, unless it was withdrawn. */
    boolean admit(long nextTicket) {
        ticket = nextTicket;
        return state.compareAndSet(State.QUEUED, State.ADMITTED);
    }

    void fail(PipeFailure why) {
        accepted.completeExceptionally(why);
        stored.completeExceptionally(why);
    }

    void cancel() {
        accepted.cancel(false);
        stored.cancel(false);
    }

    FakeConnection owner() {
        return owner;
    }

    List<byte[]> lines() {
        return lines;
    }

    /** The order of admission, across pipes. */
    long ticket() {
        return ticket;
    }

    /** What it takes in the window. */
    long bytes() {
        return lines.stream().mapToLong(line -> line.length + 1L).sum();
    }
}
