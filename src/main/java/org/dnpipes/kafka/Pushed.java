package org.dnpipes.kafka;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.Sink;
import org.jspecify.annotations.Nullable;

/** Lines that were pushed together, on their way. Its state is guarded by its window, unless said otherwise. */
final class Pushed implements Sink.Push, Callback {
    /** What a record takes in a batch, beside its value; rounded up. */
    private static final int OVERHEAD = 16;

    /** What a producer remembers of a record until it is answered, beside its bytes; rounded. */
    private static final int REMEMBERED = 128;

    private static final int MOST_PRODUCERS = 3;

    private final Window window;
    /** None any more when all are handed over: the producer has copies of its own. */
    Lines lines;

    private final int size;
    /** Bytes that count against the window. */
    final long bytes;

    final CompletableFuture<@Nullable Void> accepted = new CompletableFuture<>();
    final CompletableFuture<Long> stored = new CompletableFuture<>();

    /** The line that is handed over next. */
    int next;
    /** Whether one line was handed over: it cannot be taken back since. */
    boolean started;

    long startedNanos;
    /** Whether its outcome is known; lines of it may still be under way. Read without the lock, too. */
    volatile boolean failed;
    /** The permits it holds, and whose they are. */
    long price;

    @Nullable
    Permits permits;

    /** These are guarded by this: what a producer answers, line by line, must not wait for the window. */
    private int unanswered;

    private long first = Long.MAX_VALUE;
    private long end;
    private long newest;

    /** These belong to the thread that hands it over. */
    @Nullable
    Exception refused;

    private @Nullable Thread sender;
    private int producersTried;

    Pushed(Window window, Lines lines) {
        this.window = window;
        this.lines = lines;
        this.size = lines.size();
        this.bytes = lines.bytes() + (long) OVERHEAD * lines.size();
    }

    /** The bytes that a producer will take for it: of short lines many times what they have. */
    long inProducer() {
        return bytes + (long) REMEMBERED * size;
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
    public synchronized Optional<Sink.Run> run() {
        // No two lines have the same offset: as many as there are in between are all of them.
        boolean inOneRun = first >= 0 && end - first == size;
        return inOneRun ? Optional.of(new Sink.Run(first, end, newest)) : Optional.empty();
    }

    /** One past the last of its lines that was stored. */
    synchronized long end() {
        return end;
    }

    @Override
    public boolean withdraw() {
        return window.withdraw(this);
    }

    /**
     * Takes lines that are to be handed over together, up to and with the first one that is longer than {@code most}
     * bytes. Returns how many; 0 if it has failed.
     */
    int take(int most) {
        int from = next;
        boolean last = failed;
        while (next < size && !last) {
            last = lines.length(next++) > most;
        }
        int count = next - from;
        synchronized (this) {
            unanswered += count;
        }
        return count;
    }

    /** Takes back the last {@code count} lines that were taken. */
    void takeBack(int count) {
        next -= count;
        synchronized (this) {
            unanswered -= count;
        }
    }

    /** Nothing of it will be taken back. */
    void forgetLines() {
        lines = Lines.NONE;
    }

    /** Whether no more of its lines will be handed over. */
    boolean isHandedOver() {
        return failed || next == size;
    }

    /** Whether it is known what became of all lines that were taken. */
    synchronized boolean isAnswered() {
        return unanswered == 0;
    }

    /** It is known what became of one line. Whether that is all that were taken so far. */
    synchronized boolean answered(@Nullable RecordMetadata metadata) {
        if (metadata != null) {
            // A broker that was sent a line twice may not know any more where it is.
            first = metadata.hasOffset() ? Math.min(first, metadata.offset()) : Long.MIN_VALUE;
            newest = Math.max(newest, metadata.timestamp());
            end = Math.max(end, metadata.offset() + 1);
        }
        return --unanswered == 0;
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
