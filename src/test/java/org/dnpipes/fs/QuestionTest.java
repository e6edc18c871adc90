package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QuestionTest {
    private final Object lock = new Object();
    private final BlockingQueue<Thread> changed = new LinkedBlockingQueue<>();
    private CompletableFuture<String> source = CompletableFuture.failedFuture(new IllegalStateException("not now"));
    private final Question<String> question =
            new Question<>(() -> source, lock, () -> changed.add(Thread.currentThread()));

    /** The thread for it might not be had just then: that would lose the retry, and the reader would wait for ever. */
    @Test
    void whatHasFailedIsAskedAgainAndNeedsNoThreadOfItsOwn() throws InterruptedException {
        synchronized (lock) {
            assertNull(question.answer());
            assertNotNull(question.failure());
            question.retryLater();
            source = CompletableFuture.completedFuture("now");
        }
        assertEquals(Thread.currentThread(), changed.poll(10, TimeUnit.SECONDS), "told of the failure");
        Thread retried = changed.poll(10, TimeUnit.SECONDS);
        assertNotNull(retried, "it is not asked again");
        assertEquals("CompletableFutureDelayScheduler", retried.getName());
        synchronized (lock) {
            assertNull(question.failure());
            question.answer();
            assertEquals("now", question.answer());
        }
    }
}
