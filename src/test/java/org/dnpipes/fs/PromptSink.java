package org.dnpipes.fs;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;

/**
 * Makes a fake sink as quick as a real one: room that is there is told within the call, and so is that a push of one
 * who has asked for room was accepted, and the end of a push that was taken back.
 */
final class PromptSink implements Sink {
    private final Sink sink;
    private final Runnable answered;
    private final Set<Thread> askedForRoom = ConcurrentHashMap.newKeySet();

    /** @param answered returns when the fake has looked at all it was asked */
    PromptSink(Sink sink, Runnable answered) {
        this.sink = sink;
        this.answered = answered;
    }

    @Override
    public Push push(PipeId pipe, Lines lines) {
        PromptPush push = new PromptPush(sink.push(pipe, lines));
        // Not for others: the fake may be waiting for the lock of the writer that pushes.
        if (askedForRoom.remove(Thread.currentThread())) {
            answered.run();
        }
        return push;
    }

    @Override
    public CompletableFuture<Void> room(PipeId pipe) {
        CompletableFuture<Void> room = sink.room(pipe);
        answered.run();
        askedForRoom.add(Thread.currentThread());
        return room;
    }

    @Override
    public boolean isFull() {
        return sink.isFull();
    }

    private static final class PromptPush implements Push {
        private final Push push;
        private final CompletableFuture<Long> stored = new CompletableFuture<>();

        PromptPush(Push push) {
            this.push = push;
            var unused = push.stored().whenComplete((end, failure) -> {
                if (failure == null) {
                    stored.complete(end);
                } else if (!(failure instanceof CancellationException)) {
                    stored.completeExceptionally(failure);
                }
            });
        }

        @Override
        public CompletableFuture<Void> accepted() {
            return push.accepted();
        }

        @Override
        public CompletableFuture<Long> stored() {
            return stored;
        }

        @Override
        public Optional<Run> run() {
            return push.run();
        }

        @Override
        public boolean withdraw() {
            boolean withdrawn = push.withdraw();
            if (withdrawn) {
                stored.completeExceptionally(new PipeFailure(Reason.CLOSED, "the lines were taken back"));
            }
            return withdrawn;
        }
    }
}
