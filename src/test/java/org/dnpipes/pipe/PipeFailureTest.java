package org.dnpipes.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.junit.jupiter.api.Test;

class PipeFailureTest {
    private final PipeFailure failure = new PipeFailure(Reason.QUOTA, "the quota of the cluster is used up");

    @Test
    void ofAFailureIsThatFailure() {
        assertSame(failure, PipeFailure.of(failure));
    }

    @Test
    void ofUnwrapsWhatFuturesPutAround() {
        assertSame(failure, PipeFailure.of(new CompletionException(failure)));
        assertSame(failure, PipeFailure.of(new ExecutionException(new CompletionException(failure))));
    }

    @Test
    void ofAnythingElseIsFailedAndKeepsTheCause() {
        IOException cause = new IOException("disk on fire");
        PipeFailure made = PipeFailure.of(new CompletionException(cause));
        assertEquals(Reason.FAILED, made.reason());
        assertSame(cause, made.getCause());
        assertTrue(String.valueOf(made.getMessage()).contains("disk on fire"));
    }

    @Test
    void ofAWrapperAroundNothingIsFailed() {
        Throwable empty = new CompletionException("nothing inside", null);
        assertEquals(Reason.FAILED, PipeFailure.of(empty).reason());
        assertSame(empty, PipeFailure.of(empty).getCause());
    }

    @Test
    void ofLooksOnlyThroughWrappersOfFutures() {
        assertEquals(
                Reason.FAILED,
                PipeFailure.of(new IllegalStateException("a bug", failure)).reason());
    }

    @Test
    void hasNoCauseUnlessTold() {
        assertNull(failure.getCause());
    }

    @Test
    void outOfRangeTellsWhatThereIs() {
        Extent extent = new Extent(5, 7, 8);
        PipeFailure.OutOfRange outside = new PipeFailure.OutOfRange(new PipeId("t", "id", 1), 3, extent);
        assertEquals(Reason.OUT_OF_RANGE, outside.reason());
        assertEquals(extent, outside.extent());
        assertEquals("pipe t/1 retains messages 5 to 8, not 3", outside.getMessage());
        assertSame(outside, PipeFailure.of(new CompletionException(outside)));
    }
}
