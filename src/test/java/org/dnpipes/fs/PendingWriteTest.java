package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.dnpipes.pipe.LineFramer;
import org.junit.jupiter.api.Test;

/** What is kept for a write whose lines are on their way. */
class PendingWriteTest {
    @Test
    void partThatWasHeldBeforeIsKeptUntilTheAnswer() {
        LineFramer.State before = new LineFramer(100).state();
        PendingWrite write = new PendingWrite(2, before, Answer.NONE, PendingWrite.Until.ACCEPTED, 1);
        assertNotNull(write.before());
        write.answerNow();
        assertNull(write.before());
    }
}
