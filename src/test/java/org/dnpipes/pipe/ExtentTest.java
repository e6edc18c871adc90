package org.dnpipes.pipe;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExtentTest {

    @Test
    void emptyWhenItSpansNoNumber() {
        assertTrue(new Extent(0, 0, 0).isEmpty());
        assertTrue(new Extent(7, 7, 7).isEmpty());
        assertFalse(new Extent(7, 8, 8).isEmpty());
    }

    @Test
    void notEmptyWhileAllOfItIsBehindAnOpenTransaction() {
        assertFalse(new Extent(7, 7, 8).isEmpty());
    }

    @Test
    void boundsAreInOrder() {
        assertThrows(IllegalArgumentException.class, () -> new Extent(-1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Extent(2, 1, 2));
        assertThrows(IllegalArgumentException.class, () -> new Extent(0, 2, 1));
    }
}
