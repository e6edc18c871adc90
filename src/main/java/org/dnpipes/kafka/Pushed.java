package org.dnpipes.kafka;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.dnpipes.pipe.Sink;
import org.jspecify.annotations.Nullable;

/** Lines that were pushed together, on their way. Its state is guarded by its window. */
final class Pushed implements Sink.Push, Callback {
    /** What a record takes in a batch, beside its value; rounded up. */
    private static final int OVERHEAD = 16;

    private static final int MOST_PRODUCERS = 3;

    private final Window window;
    final List<byte[]> lines;
    /** Bytes that count against the window. */
    final long bytes;

    final int longest;
    final CompletableFuture<@Nullable Void> accepted = new CompletableFuture<>();
    final CompletableFuture<Long> stored = new CompletableFuture<>();

    /** The line that is handed over next. */
    int next;
    /** Lines that were handed over and not answered yet. */
    int unanswered;
    /** Whether one line was handed over: it cannot be taken back since. */
    boolean started;
    /** Whether its outcome is known; lines of it may still be under way. */
    boolean failed;
    /** The permits it holds, and whose they are. */
    long price;

    @Nullable
    Permits permits;

    /** The first of its lines that was stored, and one past the last. */
    long first = Long.MAX_VALUE;

    long end;
    /** The newest timestamp of one. */
    long newest;

    /** These belong to the thread that hands it over. */
    @Nullable
    Exception refused;

    private @Nullable Thread sender;
    private int producersTried;

    Pushed(Window window, List<byte[]> lines) {
        this.window = window;
        this.lines = lines;
        long sum = 0;
        int most = 0;
        for (byte[] line : lines) {
            sum += line.length + OVERHEAD;
            most = Math.max(most, line.length);
        }
        this.bytes = sum;
        this.longest = most;
    }

    @Override
    public CompletableFuture<Void> accepted() {
        return accepted.copy();
    }

    @Override
    public CompletableFuture<Long> stored() {
        return stored.copy();
    }

    @Override
    public Optional<Sink.Run> run() {
        return window.run(this);
    }

    @Override
    public boolean withdraw() {
        return window.withdraw(this);
    }

    /** The current thread is going to hand over a line. */
    void sending() {
        sender = Thread.currentThread();
        refused = null;
    }

    /** Whether a line that a broken producer did not take may be given to another one. */
    boolean mayTryAnotherProducer() {
        return ++producersTried <= MOST_PRODUCERS;
    }

    /** A line was stored or not. Called by the producer's thread; or within send(), if the line was not even taken. */
    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
        if (exception != null && Thread.currentThread() == sender) {
            refused = exception;
            return;
        }
        window.answered(this, metadata, exception);
    }
}
