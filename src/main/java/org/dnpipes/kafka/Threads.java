package org.dnpipes.kafka;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;

/** How this package makes its threads. All are daemons with names that begin with "dnpipes-". */
final class Threads {
    private Threads() {}

    static Thread named(String name, Runnable task) {
        Thread thread = new Thread(task, "dnpipes-" + name);
        thread.setDaemon(true);
        return thread;
    }

    static ThreadFactory factory(String name) {
        return task -> named(name, task);
    }

    /** One thread for short tasks later. Cancelled tasks are forgotten at once. */
    static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, factory("timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }
}
