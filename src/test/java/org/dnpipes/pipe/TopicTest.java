package org.dnpipes.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TopicTest {

    @Test
    void namesItsPipes() {
        assertEquals(new PipeId("t", "id", 2), new Topic("t", "id", 3).pipe(2));
        assertEquals("t/2", new Topic("t", "id", 3).pipe(2).toString());
    }

    @Test
    void pipesOfTwoIncarnationsDiffer() {
        assertNotEquals(new Topic("t", "one", 1).pipe(0), new Topic("t", "two", 1).pipe(0));
    }

    @Test
    void hasNoPipeBeyondItsNumber() {
        Topic topic = new Topic("t", "id", 3);
        assertThrows(IllegalArgumentException.class, () -> topic.pipe(3));
        assertThrows(IllegalArgumentException.class, () -> topic.pipe(-1));
    }

    @Test
    void hasAtLeastOnePipe() {
        assertThrows(IllegalArgumentException.class, () -> new Topic("t", "id", 0));
    }
}
