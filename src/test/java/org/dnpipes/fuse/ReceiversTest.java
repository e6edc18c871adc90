package org.dnpipes.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReceiversTest {
    private final Receivers receivers = new Receivers();

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            receivers.add();
        }
    }

    @Test
    void lastOneStays() {
        add(2);
        assertTrue(receivers.removeIfStay(1));
        assertFalse(receivers.removeIfStay(1));
    }

    @Test
    void oneThatEndsIsNotCountedOnByThoseThatLeave() {
        add(4);
        assertTrue(receivers.removeIfStay(3));
        assertTrue(receivers.removeIfStay(1));
        assertTrue(receivers.removeIfStay(1));
        assertFalse(receivers.removeIfStay(1));
    }

    @Test
    void asManyStayAsTheyShouldThoughManyGoAtOnce() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            add(8);
            CountDownLatch start = new CountDownLatch(1);
            AtomicInteger gone = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Thread thread = new Thread(() -> {
                    try {
                        start.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                    gone.addAndGet(receivers.removeIfStay(3) ? 1 : 0);
                });
                thread.start();
                threads.add(thread);
            }
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(5, gone.get());
            for (int i = 0; i < 3; i++) {
                receivers.remove();
            }
        }
    }
}
