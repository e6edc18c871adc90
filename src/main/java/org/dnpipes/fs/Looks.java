package org.dnpipes.fs;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that look at processes in /proc. Such a look can wait for its process, and the process for us: while it
 * executes another program nobody can look at it (the kernel's exec_update_lock), and that is when it closes, with
 * FLUSH, its files that are open with O_CLOEXEC. So nothing else is done by these threads, no lock is held meanwhile,
 * and nobody who has to give an answer waits for a look without a limit.
 */
final class Looks {
    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 10;

    private Looks() {}

    static ExecutorService executor() {
        AtomicInteger made = new AtomicInteger();
        ThreadPoolExecutor looks = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "dnpipes-proc-" + made.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        looks.allowCoreThreadTimeOut(true);
        return looks;
    }
}
