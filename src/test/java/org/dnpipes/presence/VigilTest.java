package org.dnpipes.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VigilTest {
    private static final Lease LEASE = new Lease(Duration.ofSeconds(12));

    private final Vigil vigil = new Vigil();

    @Test
    void leaseRunsWhileOwnNoticesAreStored() {
        heard("a", 0);
        for (int s = 3; s < 12; s += 3) {
            proven(s);
            assertFalse(vigil.isLapsed("a"), "after " + s + " s");
        }
        proven(12);
        assertTrue(vigil.isLapsed("a"));
    }

    @Test
    void leaseBeginsAnewBehindAGap() {
        heard("a", 0);
        proven(3);
        proven(6);
        proven(10.1);
        for (int s = 13; s <= 22; s += 3) {
            proven(s);
            assertFalse(vigil.isLapsed("a"), "after " + s + " s");
        }
        proven(22.2);
        assertTrue(vigil.isLapsed("a"));
    }

    @Test
    void silenceWithoutALookDoesNotCount() {
        heard("a", 0);
        proven(1000);
        assertFalse(vigil.isLapsed("a"));
    }

    @Test
    void mountThatSpeaksIsThere() {
        heard("a", 0);
        for (int s = 3; s < 60; s += 3) {
            proven(s);
            heard("a", s);
        }
        assertFalse(vigil.isLapsed("a"));
    }

    @Test
    void mountIsOverdueBeforeTheGapWouldBeTooLong() {
        heard("a", 0);
        assertFalse(vigil.isOverdue("a", nanos(2.9)));
        assertTrue(vigil.isOverdue("a", nanos(3.1)));
        assertTrue(LEASE.overdue() + LEASE.renewal() / 4 < LEASE.longestGap());
        assertTrue(LEASE.renewal() < LEASE.overdue());
    }

    @Test
    void whoWasSilentForLongCanBeForgotten() {
        heard("a", 0);
        heard("b", 50);
        assertEquals(Set.of("a"), vigil.silentFor(nanosOf(30), nanos(60)));
        vigil.forget(Set.of("a"));
        assertEquals(Set.of(), vigil.silentFor(nanosOf(30), nanos(60)));
        assertFalse(vigil.isOverdue("a", nanos(60)));
    }

    private void heard(String mount, double seconds) {
        vigil.heard(mount, LEASE, nanos(seconds));
    }

    private void proven(double seconds) {
        vigil.proven(nanos(seconds));
    }

    private static long nanos(double seconds) {
        // Somewhere where a comparison of absolute times would fail.
        return Long.MAX_VALUE - nanosOf(30) + nanosOf(seconds);
    }

    private static long nanosOf(double seconds) {
        return Math.round(seconds * 1e9);
    }
}
