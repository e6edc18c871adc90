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

    /** How many threads stay when there is little to do: some processes that open files are nothing unusual. */
    private static final int MAX_IDLE = 8;

    /** Reads the next request into a buffer, waiting for it. */
    interface Receiver {
        /** False when there will never be another one. */
        boolean receive(ByteBuffer into);
    }

    /** Serves requests. */
    interface Service {
        /**
         * Serves {@code request}, which may be overwritten when this returns. False if that may have to wait for
         * something: then nothing was done. Throws nothing.
         */
        boolean serveAtOnce(ByteBuffer request);

        /** Serves a {@code request} that may wait. It may be overwritten when this returns. Throws nothing. */
        void serve(ByteBuffer request);

        /** Keeps a request that may wait, to be served by running what this returns. */
        Runnable keep(ByteBuffer request);
    }

    private final Receiver receiver;
    private final Service service;
    private final AtomicInteger threads = new AtomicInteger();
    private final Receivers receiving = new Receivers();
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

    /** Whether the kernel has nothing more to say and all threads have gone. */
    boolean haveEnded() {
        return ended.getCount() == 0;
    }

    /** False if there can be no more threads. */
    private boolean startOne() {
        if (threads.getAndUpdate(now -> now < MAX_THREADS ? now + 1 : now) >= MAX_THREADS) {
            return false;
        }
        receiving.add();
        try {
            ByteBuffer buffer = Wire.newBuffer(Wire.REQUEST_CAPACITY);
            Thread thread = new Thread(() -> run(buffer), "dnpipes-fuse-" + names.incrementAndGet());
            thread.setDaemon(true);
            thread.start();
            return true;
        } catch (OutOfMemoryError noThread) {
            log.warn("no more threads can be made; requests wait for those there are");
            receiving.remove();
            threads.decrementAndGet();
            return false;
        }
    }

    private void run(ByteBuffer buffer) {
        boolean retired = false;
        try {
            lookForWhatWasPutAside();
            while (!retired && receiver.receive(buffer)) {
                if (!service.serveAtOnce(buffer) && serve(buffer)) {
                    receiving.add();
                    lookForWhatWasPutAside();
                    retired = retire();
                }
            }
        } finally {
            if (!retired) {
                receiving.remove();
                gone();
            }
        }
    }

    /** Whether this thread is to end, since there are enough without it. */
    private boolean retire() {
        if (!receiving.removeIfStay(MAX_IDLE)) {
            return false;
        }
        gone();
        if (!putAside.isEmpty()) {
            // Perhaps because there seemed to be too many threads for one more.
            startOne();
        }
        return true;
    }

    private void gone() {
        if (threads.decrementAndGet() == 0) {
            ended.countDown();
        }
    }

    /**
     * Serves a request that may wait. False if it could only be put aside: then this thread still counts as receiving.
     */
    private boolean serve(ByteBuffer request) {
        boolean free = leaveReceivingToAnother();
        if (free) {
            service.serve(request);
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
        return receiving.removeIfStay(1) || (startOne() && receiving.removeIfStay(1));
    }

    /**
     * Called by one that receives. Whoever puts a request aside looks for another receiver afterwards: if it has not
     * seen this one, this one sees the request.
     */
    private void lookForWhatWasPutAside() {
        while (!putAside.isEmpty() && leaveReceivingToAnother()) {
            serveWhatWasPutAside();
            receiving.add();
        }
    }

    private void serveWhatWasPutAside() {
        Runnable request = putAside.poll();
        while (request != null) {
            request.run();
            request = putAside.poll();
        }
    }
}
