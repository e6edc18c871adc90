package org.dnpipes.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PermitsTest {
    private final Permits permits = new Permits(10);
    private final AtomicInteger called = new AtomicInteger();
    private final Runnable again = called::incrementAndGet;

    @Test
    void moreThanThereAreHaveToWait() {
        assertTrue(permits.take(6, again));
        assertFalse(permits.take(5, again));
        assertTrue(permits.take(4, again));
        permits.give(6);
        assertEquals(1, called.get());
        assertTrue(permits.take(5, again));
    }

    @Test
    void moreThanAllAreGivenAlone() {
        assertTrue(permits.take(100, again));
        assertFalse(permits.take(1, again));
        permits.give(100);
        assertTrue(permits.take(1, again));
        assertFalse(permits.take(100, again));
    }

    /** In a long outage a window asks again and again. */
    @Test
    void whoeverAsksOftenIsCalledOnce() {
        assertTrue(permits.take(10, again));
        for (int i = 0; i < 1000; i++) {
            assertFalse(permits.take(1, again));
        }
        permits.give(10);
        assertEquals(1, called.get());
        permits.give(0);
        assertEquals(1, called.get());
    }
}
