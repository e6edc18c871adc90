package org.dnpipes.fs;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.dnpipes.pipe.PipeFailure;
import org.jspecify.annotations.Nullable;

/**
 * Something a reader has to know from the cluster, asked when it is needed and again later if there was no answer.
 * Answers to a question that was forgotten are ignored. All methods are called with the reader's lock held.
 */
final class Question<T> {
    /** The pause before a question that failed is asked again. */
    private static final long RETRY_MS = 1000;

    private final Supplier<CompletableFuture<T>> source;
    private final Object lock;
    private final Runnable changed;
    private @Nullable CompletableFuture<T> underWay;
    private @Nullable T answer;
    private @Nullable PipeFailure failure;
    private boolean retrying;

    /**
     * @param source asks
     * @param lock the reader's
     * @param changed called, without the lock, when there is an answer or a failure
     */
    Question(Supplier<CompletableFuture<T>> source, Object lock, Runnable changed) {
        this.source = source;
        this.lock = lock;
        this.changed = changed;
    }

    /** The answer; if there is none yet, asks for it. */
    @Nullable
    T answer() {
        if (answer == null && failure == null && underWay == null) {
            CompletableFuture<T> asked = source.get();
            underWay = asked;
            asked.whenComplete((found, thrown) -> answered(asked, found, thrown));
        }
        return answer;
    }

    /** Why there is no answer, if asking failed. */
    @Nullable
    PipeFailure failure() {
        return failure;
    }

    /** Asks anew when the answer is needed the next time. */
    void forget() {
        CompletableFuture<T> unwanted = underWay;
        underWay = null;
        answer = null;
        failure = null;
        if (unwanted != null) {
            unwanted.cancel(false);
        }
    }

    /** After a failure: forgets it in a while, so that the question is asked again. */
    void retryLater() {
        if (!retrying) {
            retrying = true;
            Later.run(RETRY_MS, this::retry);
        }
    }

    private void retry() {
        synchronized (lock) {
            retrying = false;
            if (failure != null) {
                forget();
            }
        }
        changed.run();
    }

    private void answered(CompletableFuture<T> asked, @Nullable T found, @Nullable Throwable thrown) {
        synchronized (lock) {
            if (underWay != asked) {
                return;
            }
            underWay = null;
            answer = found;
            failure = thrown == null ? null : PipeFailure.of(thrown);
        }
        changed.run();
    }
}
