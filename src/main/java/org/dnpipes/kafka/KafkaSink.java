package org.dnpipes.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes lines. Every pipe has its window; a pipe belongs to one of a few senders, which hand its lines over to the
 * producers. What became of lines is the producers' to tell; this class sees to it that it is told in time.
 *
 * <p>Where brokers create topics on their own, a producer that still knows a deleted topic makes it again when it looks
 * for its leader. Clients cannot forbid that; a cluster should have {@code auto.create.topics.enable=false}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class KafkaSink implements Sink {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSink.class);

    private static final int SENDERS = 2;
    private static final long SWEEP_MS = 100;
    private static final long IDLE_MS = 10_000;
    /** A pipe without any acknowledgement for so long may be gone. */
    private static final long SUSPICIOUS_MS = 500;
    /** Not more than one question about a pipe in so long. */
    private static final long ASK_MS = 1_000;

    private final KafkaSettings settings;
    private final Topics topics;
    private final Extents extents;
    private final LineLimits limits;
    private final Producers producers;
    private final Map<Lane, Permits> permits = new EnumMap<>(Lane.class);
    private final WindowSpace space = new WindowSpace();
    private final Map<PipeId, Window> windows = new ConcurrentHashMap<>();
    private final List<Sender> senders = new ArrayList<>();
    private volatile boolean closed;

    KafkaSink(
            KafkaSettings settings, KafkaCatalog.Clients clients, Producers producers, ScheduledExecutorService timer) {
        this.settings = settings;
        this.topics = clients.topics();
        this.extents = clients.extents();
        this.limits = clients.limits();
        this.producers = producers;
        for (Lane lane : Lane.values()) {
            permits.put(lane, new Permits(lane.permits()));
        }
        for (int i = 0; i < SENDERS; i++) {
            senders.add(new Sender("push-" + i, producers, this::permits, timer));
        }
        timer.scheduleWithFixedDelay(
                Threads.lasting("looking after pushes", this::sweep), SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
    }

    private Permits permits(Lane lane) {
        Permits found = permits.get(lane);
        if (found == null) {
            throw new IllegalStateException("no permits for " + lane);
        }
        return found;
    }

    @Override
    public Push push(PipeId pipe, Lines lines) {
        Pushed pushed;
        do {
            pushed = window(pipe).push(lines);
        } while (pushed == null);
        if (closed) {
            // Its window may have been made while all others were told.
            window(pipe).refuse(closing());
        }
        return pushed;
    }

    @Override
    public CompletableFuture<@Nullable Void> room(PipeId pipe) {
        CompletableFuture<@Nullable Void> room;
        do {
            room = window(pipe).room();
        } while (room == null);
        if (closed) {
            window(pipe).refuse(closing());
        }
        return room;
    }

    @Override
    public boolean isFull() {
        return space.isFull();
    }

    private Window window(PipeId pipe) {
        return windows.computeIfAbsent(pipe, this::make);
    }

    private Window make(PipeId pipe) {
        Window window = new Window(pipe, space, this::ready, System::nanoTime);
        if (closed) {
            window.refuse(closing());
        }
        return window;
    }

    /** How many bytes were pushed and are not acknowledged, over all pipes. */
    long bytesOnTheirWay() {
        return windows.values().stream().mapToLong(Window::bytesOnTheirWay).sum();
    }

    private void ready(Window window) {
        check(window);
        handOver(window);
    }

    private void check(Window window) {
        if (topics.isKnownToBeReplaced(window.pipe)) {
            window.refuse(Topics.gone(window.pipe));
        }
        learnLimits(window);
    }

    private void handOver(Window window) {
        senders.get(Math.floorMod(window.pipe.hashCode(), SENDERS)).ready(window);
    }

    /** How lines are sent depends on what the topic takes. It is asked for again now and then. */
    private void learnLimits(Window window) {
        if (!window.shouldLearnLimits()) {
            return;
        }
        limits.maxMessageBytes(window.pipe.topic()).whenComplete((limit, failure) -> {
            if (failure == null) {
                window.learn(limit);
                handOver(window);
            } else {
                window.learnLater();
            }
        });
    }

    /** Looks after pipes that are not answered. */
    private void sweep() {
        windows.values().removeIf(window -> window.retire(IDLE_MS));
        for (Window window : windows.values()) {
            PipeFailure refusal = window.refusal();
            if (refusal != null && refusal.reason() == Reason.TIMED_OUT) {
                ask(window, () -> extents.extent(window.pipe));
                continue;
            }
            // While lines come fast, nobody says that there are some.
            check(window);
            window.lookForRoom();
            long stuck = window.stuckMillis();
            if (stuck > settings.timeout().toMillis()) {
                window.refuse(timedOut(window.pipe));
            } else if (stuck > SUSPICIOUS_MS) {
                handOver(window);
                ask(window, () -> topics.requireNow(window.pipe));
            }
        }
    }

    private static void ask(Window window, Supplier<CompletableFuture<?>> question) {
        if (!window.mayAsk(ASK_MS)) {
            return;
        }
        question.get().whenComplete((answer, thrown) -> {
            window.asked();
            if (thrown == null) {
                window.answers();
            } else if (PipeFailure.of(thrown).reason() == Reason.GONE) {
                window.refuse(PipeFailure.of(thrown));
            }
        });
    }

    /** Waits for what is on its way, fails the rest, and closes the producers; within about {@code timeout}. */
    void close(Duration timeout) throws InterruptedException {
        closed = true;
        List<CompletableFuture<Long>> outcomes = new ArrayList<>();
        windows.values().forEach(window -> outcomes.addAll(window.outcomes()));
        try {
            CompletableFuture.allOf(outcomes.toArray(CompletableFuture<?>[]::new))
                    .get(timeout.toMillis() / 2, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("closing with lines on their way", e);
        }
        windows.values().forEach(window -> window.refuse(closing()));
        for (Sender sender : senders) {
            sender.close().join(timeout.toMillis() / 4);
        }
        producers.close(timeout.dividedBy(4));
    }

    private PipeFailure timedOut(PipeId pipe) {
        return new PipeFailure(
                Reason.TIMED_OUT,
                "pipe " + pipe + " has acknowledged nothing for "
                        + settings.timeout().toMillis() / 1000.0
                        + " s: lines that are on their way may be stored or not");
    }

    private static PipeFailure closing() {
        return new PipeFailure(Reason.CLOSED, "the connection to Kafka is being closed");
    }
}
