package org.dnpipes.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TimeoutException;
import org.dnpipes.kafka.Window.Next;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that hands lines over to producers. Each pipe belongs to one, so that order holds. The producers never block
 * it: what they cannot take now is tried again a little later.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class Sender {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

    /** How many pushes of a pipe are handed over before others have a turn. */
    private static final int TURN = 64;
    /** While the topic's leader is not known yet, or the producer's memory is taken. */
    private static final long RETRY_MS = 3;
    /** When to come back to a pipe whose lines come fast. */
    private static final long PAUSE_NANOS = 1_000_000;

    private final Producers producers;
    private final Function<Lane, Permits> permits;
    private final ScheduledExecutorService timer;
    private final BlockingQueue<Window> ready = new LinkedBlockingQueue<>();
    /** Pipes to come back to, in the order of time. */
    private final Deque<Visit> visits = new ArrayDeque<>();

    private final Thread thread;

    private record Visit(Window window, long nanos) {}

    Sender(String name, Producers producers, Function<Lane, Permits> permits, ScheduledExecutorService timer) {
        this.producers = producers;
        this.permits = permits;
        this.timer = timer;
        this.thread = Threads.named(name, this::run);
        thread.start();
    }

    /** There may be something to hand over. A window is in the queue once at most. */
    void ready(Window window) {
        if (window.scheduled.compareAndSet(false, true)) {
            ready.add(window);
        }
    }

    /** Starts to end the thread. */
    Thread close() {
        thread.interrupt();
        return thread;
    }

    private void run() {
        try {
            while (true) {
                Window window = next();
                try {
                    turn(window);
                } catch (org.apache.kafka.common.errors.InterruptException e) {
                    throw e;
                } catch (RuntimeException e) {
                    // The other pipes must go on; this one times out if it cannot.
                    LOG.error("Pushing to {} failed, which is a bug in dnpipes: {}", window.pipe, e.toString(), e);
                }
            }
        } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
            // The end.
        }
    }

    private Window next() throws InterruptedException {
        Window next = null;
        while (next == null) {
            long left = untilVisit();
            next = visits.isEmpty() ? ready.take() : ready.poll(left, TimeUnit.NANOSECONDS);
        }
        next.scheduled.set(false);
        return next;
    }

    /** Whose time has come queue up behind the others, however many those are. Returns the nanoseconds to the next. */
    private long untilVisit() {
        long now = System.nanoTime();
        while (!visits.isEmpty() && visits.element().nanos() - now <= 0) {
            ready(visits.remove().window());
        }
        return visits.isEmpty() ? 0 : visits.element().nanos() - now;
    }

    private void turn(Window window) {
        for (int i = 0; i < TURN; i++) {
            Next next = window.next(permits);
            if (next == null) {
                if (window.comesBack()) {
                    visits.add(new Visit(window, System.nanoTime() + PAUSE_NANOS));
                }
                return;
            }
            if (!handOver(window, next)) {
                later(window);
                return;
            }
        }
        ready(window);
    }

    private void later(Window window) {
        if (!timer.isShutdown()) {
            timer.schedule(() -> ready(window), RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** False if the rest of the lines has to be tried again. */
    private boolean handOver(Window window, Next next) {
        Pushed pushed = next.pushed();
        int count;
        while ((count = window.handOver(pushed)) > 0) {
            int left = count;
            Exception refused = null;
            while (left > 0 && refused == null && !pushed.failed) {
                byte[] line = pushed.lines.get(pushed.next - left);
                refused = send(next, new ProducerRecord<>(window.pipe.topic(), window.pipe.number(), null, line));
                left -= refused == null ? 1 : 0;
            }
            if (left > 0) {
                window.takeBack(pushed, left);
            }
            if (refused != null && isTransient(next, refused)) {
                window.settle(pushed);
                return false;
            }
            if (refused != null) {
                window.failed(pushed, Failures.of("push to pipe " + window.pipe, refused));
            }
        }
        window.settle(pushed);
        return true;
    }

    /** Why the line was not taken; null if it is on its way. */
    private @Nullable Exception send(Next next, ProducerRecord<byte[], byte[]> line) {
        Pushed pushed = next.pushed();
        pushed.sending();
        Producer<byte[], byte[]> producer = null;
        try {
            producer = producers.of(next.lane());
            producer.send(line, pushed);
            return pushed.refused;
        } catch (org.apache.kafka.common.errors.InterruptException e) {
            throw e;
        } catch (ApiException e) {
            return e;
        } catch (RuntimeException e) {
            // The producer is in a state that it will not leave, or was replaced by another sender.
            if (producer != null) {
                producers.replace(next.lane(), producer, e);
            }
            return e;
        }
    }

    private static boolean isTransient(Next next, Exception refused) {
        if (refused instanceof TimeoutException) {
            return true;
        }
        boolean broken = !(refused instanceof ApiException);
        if (broken && next.pushed().mayTryAnotherProducer()) {
            LOG.debug("another producer is tried", refused);
            return true;
        }
        return false;
    }
}
