package org.dnpipes.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InterruptibleTest {
    private final Interruptible request = new Interruptible();
    private final AtomicInteger interrupts = new AtomicInteger();

    @Test
    void interruptCallsWhoeverWaits() {
        request.onInterrupt(interrupts::incrementAndGet);
        request.interrupt();
        assertEquals(1, interrupts.get());
    }

    @Test
    void interruptThatCameFirstIsKept() {
        request.interrupt();
        request.onInterrupt(interrupts::incrementAndGet);
        assertEquals(1, interrupts.get());
    }

    @Test
    void secondInterruptChangesNothing() {
        request.onInterrupt(interrupts::incrementAndGet);
        request.interrupt();
        request.interrupt();
        assertEquals(1, interrupts.get());
    }

    @Test
    void laterWaitOfAnInterruptedRequestIsInterruptedToo() {
        request.onInterrupt(() -> {});
        request.interrupt();
        request.onInterrupt(interrupts::incrementAndGet);
        assertEquals(1, interrupts.get());
    }

    @Test
    void laterWaitReplacesTheOneBefore() {
        AtomicInteger before = new AtomicInteger();
        request.onInterrupt(before::incrementAndGet);
        request.onInterrupt(interrupts::incrementAndGet);
        request.interrupt();
        assertEquals(0, before.get());
        assertEquals(1, interrupts.get());
    }

    @Test
    void answeredRequestIsNotInterrupted() {
        request.onInterrupt(interrupts::incrementAndGet);
        assertTrue(request.finish());
        request.interrupt();
        request.onInterrupt(interrupts::incrementAndGet);
        assertEquals(0, interrupts.get());
        assertTrue(request.isFinished());
    }

    @Test
    void requestIsAnsweredOnce() {
        assertFalse(request.isFinished());
        assertTrue(request.finish());
        assertFalse(request.finish());
    }

    @Test
    void interruptIsNeverLostAndNeverTwiceHoweverItMeetsTheWait() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService kernel = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < 5_000; round++) {
                Interruptible racing = new Interruptible();
                AtomicInteger calls = new AtomicInteger();
                Future<?> interrupt = kernel.submit(() -> {
                    start.await();
                    racing.interrupt();
                    return true;
                });
                start.await();
                racing.onInterrupt(calls::incrementAndGet);
                interrupt.get(10, TimeUnit.SECONDS);
                assertEquals(1, calls.get(), "round " + round);
            }
        } finally {
            kernel.shutdownNow();
        }
    }
}
