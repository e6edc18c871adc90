package org.dnpipes.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LookedUpTest {
    private static final int TID = 7;
    private static final long NODE = 42;

    private final AtomicLong now = new AtomicLong();
    private final LookedUp lookedUp = new LookedUp(now::get);
    private final ByteBuffer attributes = ByteBuffer.allocate(Wire.ATTRIBUTES);

    @Test
    void theSecondQuestionOfACallGetsTheFirstAnswerOnce() {
        lookedUp.told(TID, NODE, attributes);
        assertEquals(attributes, lookedUp.take(TID, NODE));
        assertNull(lookedUp.take(TID, NODE));
    }

    @Test
    void itCountsForNoOtherThreadAndNoOtherNode() {
        lookedUp.told(TID, NODE, attributes);
        assertNull(lookedUp.take(TID + 1, NODE));
        assertNull(lookedUp.take(TID, NODE + 1));
        assertNull(lookedUp.take(TID, NODE), "it has asked about something else since");
    }

    @Test
    void itIsForgottenWhenTheThreadDoesSomethingElseOrAfterAWhile() {
        lookedUp.told(TID, NODE, attributes);
        lookedUp.forget(TID);
        assertNull(lookedUp.take(TID, NODE));
        lookedUp.told(TID, NODE, attributes);
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
        assertNull(lookedUp.take(TID, NODE));
    }

    @Test
    void threadsWithoutANumberAreNotKept() {
        lookedUp.told(0, NODE, attributes);
        assertNull(lookedUp.take(0, NODE));
    }

    @Test
    void itIsBounded() {
        for (int tid = 1; tid <= 1001; tid++) {
            lookedUp.told(tid, NODE, attributes);
        }
        assertNull(lookedUp.take(1001, NODE), "there is room for a thousand");
        assertNotNull(lookedUp.take(1, NODE), "what is fresh stays");
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
        lookedUp.told(1, NODE, attributes);
        lookedUp.told(1001, NODE, attributes);
        assertNotNull(lookedUp.take(1001, NODE), "the others are old");
    }
}
