package org.dnpipes.presence;

import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.jspecify.annotations.Nullable;

/**
 * Publishes notices of one mount in one part of the log, one at a time: all who ask while one is under way share the
 * next. Safe for use by many threads.
 */
final class Publisher {
    private final Place place;
    private final Sink sink;
    private final Supplier<Notice> draft;
    private final LongSupplier nanoTime;
    private final Outcome outcome;
    private boolean busy;
    private @Nullable CompletableFuture<Stored> next;

    /** Is told what became of each notice, before those who asked for it, without a lock and in order. */
    interface Outcome {
        void stored(Stored stored);

        void failed(PipeFailure failure);
    }

    /** @param draft what there is to say, at the moment it is called */
    Publisher(Place place, Sink sink, Supplier<Notice> draft, LongSupplier nanoTime, Outcome outcome) {
        this.place = place;
        this.sink = sink;
        this.draft = draft;
        this.nanoTime = nanoTime;
        this.outcome = outcome;
    }

    /**
     * A notice that is stored.
     *
     * @param log the part of the log it is in
     * @param end one past its place there
     * @param began before it was handed over, in the time of System.nanoTime
     */
    record Stored(PipeId log, Notice notice, long end, long began) {}

    /**
     * Publishes a notice that is drafted after this call. A failure says nothing about whether it was stored; the next
     * one says all that it said.
     */
    CompletableFuture<Stored> publish() {
        CompletableFuture<Stored> asked;
        synchronized (this) {
            if (next == null) {
                next = new CompletableFuture<>();
            }
            asked = next;
            if (busy) {
                return asked;
            }
            busy = true;
            next = null;
        }
        start(asked);
        return asked;
    }

    private void start(CompletableFuture<Stored> asked) {
        long began = nanoTime.getAsLong();
        Notice notice = draft.get();
        place.use(pipe -> push(pipe, notice, began)).whenComplete((stored, failure) -> {
            if (failure == null) {
                outcome.stored(stored);
                asked.complete(stored);
            } else {
                outcome.failed(PipeFailure.of(failure));
                asked.completeExceptionally(failure);
            }
            goOn();
        });
    }

    private CompletableFuture<Stored> push(PipeId pipe, Notice notice, long began) {
        return sink.push(pipe, Lines.of(notice.line())).stored().thenApply(end -> new Stored(pipe, notice, end, began));
    }

    private void goOn() {
        CompletableFuture<Stored> asked;
        synchronized (this) {
            asked = next;
            next = null;
            busy = asked != null;
        }
        if (asked != null) {
            start(asked);
        }
    }
}
