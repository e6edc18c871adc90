package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.dnpipes.pipe.PipeFailure;
import org.junit.jupiter.api.Test;

class AnswerClockTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration NOTICE = Duration.ofMillis(300);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final AnswerClock clock = new AnswerClock(nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void theFirstWaitsAsLongAsItsPatienceLasts() {
        clock.ask();
        assertEquals(PATIENCE, clock.left(PATIENCE));
    }

    @Test
    void whoAsksLaterWaitsForWhatIsLeftButForAnAnswerUnderWay() {
        clock.ask();
        pass(Duration.ofSeconds(4));
        clock.ask();
        assertEquals(Duration.ofSeconds(6), clock.left(PATIENCE));
        pass(Duration.ofSeconds(20));
        clock.ask();
        assertEquals(NOTICE, clock.left(PATIENCE));
    }

    @Test
    void whileTheClusterIsAwayOneASecondWaits() {
        clock.ask();
        pass(Duration.ofSeconds(15));
        for (int i = 0; i < 3; i++) {
            clock.ask();
            assertEquals(NOTICE, clock.left(PATIENCE));
            clock.ask();
            assertEquals(Duration.ofMillis(1), clock.left(PATIENCE));
            pass(Duration.ofSeconds(1));
        }
        clock.answered(clock.ask(), null);
        clock.ask();
        assertEquals(PATIENCE, clock.left(PATIENCE));
    }

    @Test
    void anAnswerBeginsTheClockAnew() {
        long first = clock.ask();
        clock.ask();
        pass(Duration.ofSeconds(12));
        clock.answered(first, null);
        // The second is still owed, but the cluster was there just now.
        pass(Duration.ofSeconds(1));
        assertEquals(Duration.ofSeconds(9), clock.left(PATIENCE));
    }

    @Test
    void aFailureIsAnAnswerButSilenceIsNone() {
        long silent = clock.ask();
        pass(PATIENCE);
        clock.answered(silent, new PipeFailure(PipeFailure.Reason.TIMED_OUT, "no answer"));
        assertEquals(NOTICE, clock.left(PATIENCE));
        long denied = clock.ask();
        clock.answered(denied, new PipeFailure(PipeFailure.Reason.UNAUTHORIZED, "not allowed"));
        assertEquals(PATIENCE, clock.left(PATIENCE));
    }

    @Test
    void anAnswerThatIsOlderThanAnotherTellsNothing() {
        long slow = clock.ask();
        clock.answered(clock.ask(), null);
        clock.ask();
        pass(Duration.ofSeconds(3));
        clock.answered(slow, null);
        assertEquals(Duration.ofSeconds(7), clock.left(PATIENCE));
    }

    @Test
    void whatWasFoundOutLongAgoIsForgotten() {
        clock.ask();
        pass(Duration.ofSeconds(15));
        clock.ask();
        assertEquals(NOTICE, clock.left(PATIENCE));
        pass(Duration.ofSeconds(31));
        clock.ask();
        assertEquals(PATIENCE, clock.left(PATIENCE));
    }
}
