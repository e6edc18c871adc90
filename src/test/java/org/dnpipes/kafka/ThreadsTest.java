package org.dnpipes.kafka;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    @Test
    void lastingTaskGoesOnAfterAFailure() throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(3);
        ScheduledExecutorService timer = Threads.timer();
        try {
            var unused = timer.scheduleWithFixedDelay(
                    Threads.lasting("a test", () -> {
                        runs.countDown();
                        throw new IllegalStateException("once more");
                    }),
                    1,
                    1,
                    TimeUnit.MILLISECONDS);
            assertTrue(runs.await(30, TimeUnit.SECONDS), "it has run " + (3 - runs.getCount()) + " times");
        } finally {
            timer.shutdownNow();
        }
    }
}
