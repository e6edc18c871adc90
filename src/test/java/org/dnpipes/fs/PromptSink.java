package org.dnpipes.fs;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;

/**
 * Makes a fake sink as quick as a real one: room that is there is told within the call, and so is the end of a push
 * that was taken back.
 *
 * @param answered returns when the fake has looked at all it was asked
 */
record PromptSink(Sink sink, Runnable answered) implements Sink {
    @Override
    public Push push(PipeId pipe, List<byte[]> lines) {
        return new PromptPush(sink.push(pipe, lines));
    }

    @Override
    public CompletableFuture<Void> room(PipeId pipe) {
        CompletableFuture<Void> room = sink.room(pipe);
        answered.run();
        return room;
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
        public boolean withdraw() {
            boolean withdrawn = push.withdraw();
            if (withdrawn) {
                stored.completeExceptionally(new PipeFailure(Reason.CLOSED, "the lines were taken back"));
            }
            return withdrawn;
        }
    }
}
