package org.dnpipes.fake;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that owns all state of a fake cluster: no lock is needed, tasks run in the order they came, and every
 * answer comes from another thread than the caller's.
 */
final class EngineThread implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Object monitor = new Object();
    private final ThreadPoolExecutor executor;
    private volatile @Nullable Thread thread;
    private long changes;

    EngineThread(String name) {
        executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            thread = made;
            return made;
        });
        executor.prestartAllCoreThreads();
    }

    /** Runs the task later, on this thread. False if the thread has ended. */
    boolean run(Runnable task) {
        try {
            executor.execute(() -> {
                try {
                    task.run();
                } finally {
                    announceChange();
                }
            });
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    /** Runs the task on this thread, behind all that was asked before, and waits for its answer. */
    <T> T call(Supplier<T> task) {
        try {
            return observe(task);
        } finally {
            announceChange();
        }
    }

    /** Like {@link #call} for a task that changes nothing. */
    <T> T observe(Supplier<T> task) {
        if (Thread.currentThread() == thread || executor.isTerminated()) {
            return task.get();
        }
        try {
            return CompletableFuture.supplyAsync(task, executor)
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Waits until the condition, looked at on this thread after every change, holds. */
    void await(String what, BooleanSupplier condition) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("waiting for " + what + " on the thread that would have to bring it about");
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long seen = changes();
        while (!observe(condition::getAsBoolean)) {
            awaitChange(seen, deadline, what);
            seen = changes();
        }
    }

    @Override
    public void close() {
        executor.shutdown();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            if (!executor.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("somebody blocks the thread of the fake cluster");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long changes() {
        synchronized (monitor) {
            return changes;
        }
    }

    private void announceChange() {
        synchronized (monitor) {
            changes++;
            monitor.notifyAll(); // everybody who waits for some condition looks again
        }
    }

    private void awaitChange(long seen, long deadline, String what) {
        synchronized (monitor) {
            while (changes == seen) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("waited " + PATIENCE.toSeconds() + " s for " + what);
                }
                try {
                    monitor.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted while waiting for " + what, e);
                }
            }
        }
    }
}
