package org.dnpipes.fs;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Short tasks for later, run by the thread that Java keeps for the timeouts of futures. They must not wait for
 * anything. On two processors Java would else make a thread for each, and lose the task where there can be no more.
 */
final class Later {
    private static final Executor SAME_THREAD = Runnable::run;

    private Later() {}

    /** Runs {@code task} after that time. */
    static void run(long millis, Runnable task) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, SAME_THREAD)
                .execute(task);
    }
}
