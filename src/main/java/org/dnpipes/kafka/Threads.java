package org.dnpipes.kafka;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How this package makes its threads. All are daemons with names that begin with "dnpipes-". */
final class Threads {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

    private Threads() {}

    static Thread named(String name, Runnable task) {
        Thread thread = new Thread(task, "dnpipes-" + name);
        thread.setDaemon(true);
        return thread;
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
