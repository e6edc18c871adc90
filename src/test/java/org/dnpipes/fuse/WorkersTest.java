package org.dnpipes.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The threads against a kernel of queues: the last receiver never waits, and nothing that was put aside is lost. */
@Timeout(60)
class WorkersTest {
    private static final int MAX_THREADS = 32;
    private static final int DATA = 1;
    private static final int NAME = 2;
    private static final int END = 3;
    private static final int PATIENCE_S = 10;

    private final BlockingQueue<Integer> kernel = new LinkedBlockingQueue<>();
    private final Semaphore dataServed = new Semaphore(0);
    private final Semaphore namesBegun = new Semaphore(0);
    private final Semaphore namesServed = new Semaphore(0);
    private final Semaphore kept = new Semaphore(0);
    private final Semaphore mayFinish = new Semaphore(0);
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger mostWaiting = new AtomicInteger();

    private final Workers workers = new Workers(this::receive, new Waiters());

    @AfterEach
    void end() throws InterruptedException {
        mayFinish.release(100_000);
        kernel.add(END);
        assertTrue(workers.awaitEnd(PATIENCE_S, TimeUnit.SECONDS), "a thread does not end");
        assertTrue(workers.haveEnded());
    }

    private boolean receive(ByteBuffer into) {
        try {
            int request = kernel.take();
            if (request == END) {
                // For the others.
                kernel.add(END);
                return false;
            }
            into.clear().putInt(0, request).limit(4);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private static void await(Semaphore what, int count) throws InterruptedException {
        assertTrue(what.tryAcquire(count, PATIENCE_S, TimeUnit.SECONDS), "it does not happen");
    }

    private void send(int request, int count) {
        for (int i = 0; i < count; i++) {
            kernel.add(request);
        }
    }

    /** Requests about names wait until a test lets them finish. */
    private final class Waiters implements Workers.Service {
        @Override
        public boolean serveAtOnce(ByteBuffer request) {
            boolean data = request.getInt(0) == DATA;
            if (data) {
                dataServed.release();
            }
            return data;
        }

        @Override
        public void serve(ByteBuffer request) {
            serveName();
        }

        @Override
        public Runnable keep(ByteBuffer request) {
            kept.release();
            return this::serveName;
        }

        private void serveName() {
            mostWaiting.accumulateAndGet(waiting.incrementAndGet(), Math::max);
            namesBegun.release();
            mayFinish.acquireUninterruptibly();
            waiting.decrementAndGet();
            namesServed.release();
        }
    }

    @Test
    void dataIsServedWhileARequestAboutNamesWaits() throws InterruptedException {
        workers.start();
        send(NAME, 1);
        await(namesBegun, 1);
        send(DATA, 100);
        await(dataServed, 100);
        mayFinish.release();
        await(namesServed, 1);
    }

    @Test
    void dataIsServedHoweverManyRequestsAboutNamesWait() throws InterruptedException {
        workers.start();
        send(NAME, 100);
        await(namesBegun, MAX_THREADS - 1);
        send(DATA, 100);
        await(dataServed, 100);
        assertEquals(MAX_THREADS - 1, mostWaiting.get());
    }

    @Test
    void whatWasPutAsideIsServedByTheFirstThatComesBack() throws InterruptedException {
        workers.start();
        send(NAME, MAX_THREADS - 1);
        await(namesBegun, MAX_THREADS - 1);
        send(NAME, 5);
        await(kept, 5);
        mayFinish.release(1);
        await(namesBegun, 1);
        mayFinish.release(MAX_THREADS + 4);
        await(namesServed, MAX_THREADS + 4);
    }

    @Test
    void nothingIsLostOfManyMoreRequestsThanThreads() throws InterruptedException {
        workers.start();
        mayFinish.release(50_000);
        for (int i = 0; i < 50; i++) {
            send(NAME, 1000);
            send(DATA, 10);
        }
        await(namesServed, 50_000);
        await(dataServed, 500);
        assertTrue(mostWaiting.get() <= MAX_THREADS, mostWaiting + " at the same time");
    }

    @Test
    void requestThatIsPutAsideWhileTheLastOneComesBackIsServed() throws InterruptedException {
        workers.start();
        for (int round = 0; round < 300; round++) {
            send(NAME, MAX_THREADS - 1);
            await(namesBegun, MAX_THREADS - 1);
            // One comes back just when another request is received by the only thread that does not wait.
            mayFinish.release(1);
            if (round % 2 == 0) {
                await(namesServed, 1);
                namesServed.release();
            }
            send(NAME, 1);
            await(namesBegun, 1);
            mayFinish.release(MAX_THREADS - 1);
            await(namesServed, MAX_THREADS);
        }
    }

    /**
     * A thread that ends, since enough others receive, must not be counted on by those that take requests just then.
     */
    @Test
    void somebodyReceivesHoweverThreadsEndAndRequestsCome() throws InterruptedException {
        workers.start();
        for (int round = 0; round < 3000; round++) {
            send(NAME, 4);
            await(namesBegun, 4);
            // Four come back, of which some end, while the others take what waits again.
            mayFinish.release(4);
            send(NAME, 3 + round % 2);
            await(namesServed, 4);
            await(namesBegun, 3 + round % 2);
            send(DATA, 1);
            await(dataServed, 1);
            mayFinish.release(3 + round % 2);
            await(namesServed, 3 + round % 2);
        }
    }
}
