package org.dnpipes.fuse;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that receive requests. Each receives, serves what it got, and receives again. A request that may wait is
 * only served once another thread receives, so that there always is one to take data requests and interrupts; when all
 * threads are busy waiting, the last one puts such requests aside for the first that comes back.
 */
final class Workers {
    /** How many requests about names may wait at the same time. */
    private static final int MAX_THREADS = 32;

    /** How many threads stay when there is little to do. */
    private static final int MAX_IDLE = 3;

    /** Reads the next request into a buffer, waiting for it. */
    interface Receiver {
        /** False when there will never be another one. */
        boolean receive(ByteBuffer into);
    }

    private final Receiver receiver;
    private final Dispatcher dispatcher;
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger receiving = new AtomicInteger();
    private final AtomicInteger names = new AtomicInteger();

    /** Bounded by the processes that wait for these requests: the kernel holds each of them until it is answered. */
    private final Queue<ByteBuffer> putAside = new ConcurrentLinkedQueue<>();

    private final CountDownLatch ended = new CountDownLatch(1);

    Workers(Receiver receiver, Dispatcher dispatcher) {
        this.receiver = receiver;
        this.dispatcher = dispatcher;
    }

    void start() {
        startOne();
    }

    /** Waits until the kernel has nothing more to say and all threads have gone. False if that takes longer. */
    boolean awaitEnd(long timeout, TimeUnit unit) throws InterruptedException {
        return ended.await(timeout, unit);
    }

    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    private void startOne() {
        threads.incrementAndGet();
        receiving.incrementAndGet();
        Thread thread = new Thread(this::run, "dnpipes-fuse-" + names.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        ByteBuffer buffer = Wire.newBuffer(Wire.REQUEST_CAPACITY);
        try {
            while (receiver.receive(buffer)) {
                if (!Dispatcher.mayWait(buffer)) {
                    dispatcher.dispatch(buffer);
                } else if (serve(buffer) && receiving.incrementAndGet() > MAX_IDLE) {
                    return;
                }
            }
        } finally {
            receiving.decrementAndGet();
            if (threads.decrementAndGet() == 0) {
                ended.countDown();
            }
        }
    }

    /**
     * Serves a request that may wait. False if it could only be put aside: then this thread still counts as receiving.
     */
    private boolean serve(ByteBuffer request) {
        boolean free = leaveReceivingToAnother();
        if (free) {
            dispatcher.dispatch(request);
        } else {
            putAside.add(copy(request));
            // The others may all have come back, and found nothing, just before it was put there.
            free = leaveReceivingToAnother();
        }
        if (free) {
            serveWhatWasPutAside();
        }
        return free;
    }

    /** Gives up receiving, if somebody else does it or can be made to. */
    private boolean leaveReceivingToAnother() {
        if (receiving.decrementAndGet() > 0) {
            return true;
        }
        if (threads.get() < MAX_THREADS) {
            startOne();
            return true;
        }
        receiving.incrementAndGet();
        return false;
    }

    private void serveWhatWasPutAside() {
        ByteBuffer request = putAside.poll();
        while (request != null) {
            dispatcher.dispatch(request);
            request = putAside.poll();
        }
    }

    private static ByteBuffer copy(ByteBuffer request) {
        return Wire.newBuffer(request.limit()).put(request).flip();
    }
}
