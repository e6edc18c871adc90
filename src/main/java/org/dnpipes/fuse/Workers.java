package org.dnpipes.fuse;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that receive requests. Each receives, serves what it got, and receives again. A request that may wait is
 * only served once another thread receives, so that there always is one to take data requests and interrupts; when all
 * threads are busy waiting, the last one puts such requests aside for the first that comes back.
 */
final class Workers {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);

    /** How many requests about names may wait at the same time. */
    private static final int MAX_THREADS = 32;

    /** How many threads stay when there is little to do. */
    private static final int MAX_IDLE = 3;

    /** Reads the next request into a buffer, waiting for it. */
    interface Receiver {
        /** False when there will never be another one. */
        boolean receive(ByteBuffer into);
    }

    /** Serves requests. */
    interface Service {
        /** Whether serving {@code request} may wait for something. */
        boolean mayWait(ByteBuffer request);

        /** Serves {@code request}, which may be overwritten when this returns. Throws nothing. */
        void dispatch(ByteBuffer request);

        /** Keeps a request that may wait, to be served by running what this returns. */
        Runnable keep(ByteBuffer request);
    }

    private final Receiver receiver;
    private final Service service;
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger receiving = new AtomicInteger();
    private final AtomicInteger names = new AtomicInteger();

    /** Bounded by the processes that wait for these requests: the kernel holds each of them until it is answered. */
    private final Queue<Runnable> putAside = new ConcurrentLinkedQueue<>();

    private final CountDownLatch ended = new CountDownLatch(1);

    Workers(Receiver receiver, Service service) {
        this.receiver = receiver;
        this.service = service;
    }

    void start() {
        if (!startOne()) {
            throw new MountFailure("no thread can be made to serve the mount");
        }
    }

    /** Waits until the kernel has nothing more to say and all threads have gone. False if that takes longer. */
    boolean awaitEnd(long timeout, TimeUnit unit) throws InterruptedException {
        return ended.await(timeout, unit);
    }

    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** False if there can be no more threads. */
    private boolean startOne() {
        Thread thread = new Thread(this::run, "dnpipes-fuse-" + names.incrementAndGet());
        thread.setDaemon(true);
        threads.incrementAndGet();
        receiving.incrementAndGet();
        try {
            thread.start();
            return true;
        } catch (OutOfMemoryError noThread) {
            log.warn("no more threads can be made; requests wait for those there are");
            threads.decrementAndGet();
            receiving.decrementAndGet();
            return false;
        }
    }

    private void run() {
        ByteBuffer buffer = Wire.newBuffer(Wire.REQUEST_CAPACITY);
        try {
            while (receiver.receive(buffer)) {
                if (!service.mayWait(buffer)) {
                    service.dispatch(buffer);
                } else if (serve(buffer) && comeBack() > MAX_IDLE) {
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
            service.dispatch(request);
        } else {
            putAside.add(service.keep(request));
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
        if (threads.get() < MAX_THREADS && startOne()) {
            return true;
        }
        receiving.incrementAndGet();
        return false;
    }

    /** Receives again. How many do so now. */
    private int comeBack() {
        int now = receiving.incrementAndGet();
        // Whoever puts a request aside looks for another receiver afterwards. If it has not seen this one, this one
        // sees the request.
        while (!putAside.isEmpty() && leaveReceivingToAnother()) {
            serveWhatWasPutAside();
            now = receiving.incrementAndGet();
        }
        return now;
    }

    private void serveWhatWasPutAside() {
        Runnable request = putAside.poll();
        while (request != null) {
            request.run();
            request = putAside.poll();
        }
    }
}
