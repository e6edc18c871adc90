package org.dnpipes.kafka;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How this package makes its threads. All are daemons with names that begin with "dnpipes-". */
final class Threads {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

    /** Whoever cannot make a thread tries again and again. */
    private static final long WARN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final AtomicLong LAST_WARNING = new AtomicLong(System.nanoTime() - WARN_NANOS - 1);

    private Threads() {}

    static Thread named(String name, Runnable task) {
        Thread thread = new Thread(task, "dnpipes-" + name);
        thread.setDaemon(true);
        return thread;
    }

    /** Starts it. False if this process, or its user, may have no more threads. */
    static boolean start(Thread thread) {
        try {
            thread.start();
            return true;
        } catch (OutOfMemoryError noThread) {
            long now = System.nanoTime();
            long last = LAST_WARNING.get();
            if (now - last > WARN_NANOS && LAST_WARNING.compareAndSet(last, now)) {
                LOG.warn("No more threads can be made: raise what limits them (ulimit -u, TasksMax=)");
            }
            return false;
        }
    }

    static ThreadFactory factory(String name) {
        return task -> named(name, task);
    }

    /** A task that is done again and again, also after it has failed once; {@code what} it does is said then. */
    static Runnable lasting(String what, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("{} failed, which is a bug in dnpipes: {}", what, e.toString(), e);
            }
        };
    }

    /** One thread for short tasks later. Cancelled tasks are forgotten at once. */
    static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, factory("timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }
}
