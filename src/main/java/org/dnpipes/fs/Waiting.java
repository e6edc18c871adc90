package org.dnpipes.fs;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.dnpipes.pipe.PipeFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an operation on names waits for the cluster: on its own thread, until an answer, the timeout, or a signal that
 * ends the process. Other signals have to wait: hardly any program expects EINTR from open(2) or stat(2), and a shell
 * gets a SIGCHLD at any moment.
 */
final class Waiting implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Waiting.class);

    /** How often a wait looks for a fatal signal once there was one of any kind: the kernel tells of the first only. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Duration timeout;
    private final Processes processes;
    /** How long the cluster has owed an answer about a name. */
    private final AnswerClock names = new AnswerClock(System::nanoTime);
    /** By the thread that waits. */
    private final Map<Thread, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();

    private volatile boolean closed;

    Waiting(Duration timeout, Processes processes) {
        this.timeout = timeout;
        this.processes = processes;
    }

    /**
     * The answer to a look at names, failures as errno for a name. All looks share a clock: a listing while the cluster
     * is away must not wait as long for each name as for the first.
     */
    <T> T forLook(CompletableFuture<T> answer, Caller caller) {
        if (answer.isDone()) {
            // It was known, so nothing was heard of the cluster.
            return forName(answer, caller);
        }
        long question = names.ask();
        answer.whenComplete((known, failure) -> names.answered(question, failure));
        return result(answer, caller, names.left(timeout), Errno::of);
    }

    /** The outcome of {@code future}, which changes names, failures as errno for a name. */
    <T> T forName(CompletableFuture<T> future, Caller caller) {
        return result(future, caller, timeout, Errno::of);
    }

    /** The outcome of {@code future}, failures as errno for an open pipe. */
    <T> T forOpen(CompletableFuture<T> future, Caller caller) {
        return result(future, caller, timeout, Errno::ofOpen);
    }

    /** The outcome of {@code future}, an answer about {@code pipe}, waited for as long as the pipe's clock leaves. */
    <T> T about(SharedPipe pipe, CompletableFuture<T> future, Caller caller) {
        return result(future, caller, pipe.left(timeout), Errno::ofOpen);
    }

    /** Waits at most {@code limit} for {@code future}. Whether it has succeeded; it goes on if it has not. */
    boolean succeedsWithin(CompletableFuture<?> future, Caller caller, Duration limit) {
        try {
            result(future, caller, limit, Errno::ofOpen);
            return true;
        } catch (FsException e) {
            if (e.errno() == Errno.ETIMEDOUT) {
                return false;
            }
            throw e;
        }
    }

    /** Waits for that time. As all waits it ends before, by a failure, if the process is killed or the mount ends. */
    void pause(Caller caller, Duration time) {
        succeedsWithin(new CompletableFuture<>(), caller, time);
    }

    private <T> T result(
            CompletableFuture<T> future, Caller caller, Duration limit, Function<PipeFailure, Errno> errno) {
        // A copy: what others wait for, too, must not be cancelled by one process's signal.
        CompletableFuture<T> own = future.copy();
        underWay.put(Thread.currentThread(), own);
        if (closed) {
            release(own);
        }
        try {
            return await(own, caller, limit);
        } catch (TimeoutException e) {
            throw new FsException(
                    Errno.ETIMEDOUT, "no answer from the cluster for " + limit.toMillis() / 1000.0 + " s");
        } catch (ExecutionException e) {
            throw translate(e, errno);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FsException(Errno.EINTR, "interrupted");
        } finally {
            underWay.remove(Thread.currentThread());
        }
    }

    private <T> T await(CompletableFuture<T> future, Caller caller, Duration limit)
            throws InterruptedException, ExecutionException, TimeoutException {
        long began = System.nanoTime();
        while (true) {
            long left = limit.toNanos() - (System.nanoTime() - began);
            try {
                return future.get(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (left <= LOOK_NANOS) {
                    throw e;
                }
                if (caller.isInterrupted() && processes.hasFatalSignal(caller.tid())) {
                    throw new FsException(Errno.EINTR, "killed");
                }
            }
        }
    }

    /** Releases all who wait, and whoever comes. */
    @Override
    public void close() {
        closed = true;
        underWay.values().forEach(Waiting::release);
    }

    private static void release(CompletableFuture<?> future) {
        future.completeExceptionally(new FsException(Errno.ENOTCONN, "the mount ends"));
    }

    private static FsException translate(ExecutionException e, Function<PipeFailure, Errno> errno) {
        if (e.getCause() instanceof FsException failed) {
            return failed;
        }
        PipeFailure failure = PipeFailure.of(e);
        Errno number = errno.apply(failure);
        if (number == Errno.EIO) {
            log.warn("EIO: {}", failure.getMessage());
            log.debug("EIO", failure);
        }
        return new FsException(number, String.valueOf(failure.getMessage()));
    }
}
