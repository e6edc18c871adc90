package org.dnpipes.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RepliesTest {
    private final AtomicInteger written = new AtomicInteger();

    private static void send(Replies replies) {
        replies.send(Wire.answer(replies.buffer(), 1, 0));
    }

    @Test
    void nothingIsWrittenAfterTheEnd() {
        Replies replies = new Replies(message -> {
            written.addAndGet(message.remaining());
            return 0;
        });
        send(replies);
        replies.close();
        send(replies);
        assertEquals(Wire.ANSWER_HEADER, written.get());
    }

    @Test
    void endWaitsForWhatIsBeingWritten() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Replies replies = new Replies(message -> {
            writing.countDown();
            try {
                assertTrue(mayEnd.await(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                return 4;
            }
            written.incrementAndGet();
            return 0;
        });
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(replies));
        assertTrue(writing.await(10, TimeUnit.SECONDS));
        CompletableFuture<Integer> closed = CompletableFuture.supplyAsync(() -> {
            replies.close();
            return written.get();
        });
        assertFalse(closed.isDone());
        mayEnd.countDown();
        sent.get(10, TimeUnit.SECONDS);
        assertEquals(1, closed.get(10, TimeUnit.SECONDS));
    }
}
