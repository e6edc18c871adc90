package org.dnpipes.kafka;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaFuture;

/** The answers of Kafka's clients as futures like any other. */
final class Answers {
    private Answers() {}

    /**
     * A future of our own for {@code asked}, which may be given up or timed out. Kafka's own ones, and all that are
     * made of them, throw when somebody else completes them. Cancelling has no effect on the request.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // its outcome goes on
    static <V> CompletableFuture<V> of(KafkaFuture<V> asked) {
        CompletableFuture<V> own = new CompletableFuture<>();
        asked.toCompletionStage().whenComplete((answer, failure) -> {
            if (failure == null) {
                own.complete(answer);
            } else {
                own.completeExceptionally(failure);
            }
        });
        return own;
    }
}
