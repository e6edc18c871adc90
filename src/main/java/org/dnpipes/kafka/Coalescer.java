package org.dnpipes.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Asks the same question about many keys in few requests. An answer belongs to a request that began after the call that
 * gets it; calls that come while requests are under way share the next one. Safe for use by many threads.
 */
final class Coalescer<K, V> {
    private static final int MOST_KEYS = 5_000;
    private static final int MOST_REQUESTS = 4;
    /** A request that is not answered for so long keeps no other from being sent: it may ask about a dead leader. */
    private static final int PATIENCE_MS = 50;

    private final Function<Collection<K>, Map<K, CompletableFuture<V>>> request;
    private final ScheduledExecutorService timer;

    private final Map<K, CompletableFuture<V>> next = new LinkedHashMap<>();
    private final Set<K> asking = new HashSet<>();
    private int requests;

    /** @param request sends one request and returns at once, with a future for every key */
    Coalescer(Function<Collection<K>, Map<K, CompletableFuture<V>>> request, ScheduledExecutorService timer) {
        this.request = request;
        this.timer = timer;
    }

    /** The answer about that key. Cancelling the future has no effect on other callers. */
    CompletableFuture<V> ask(K key) {
        CompletableFuture<V> answer;
        synchronized (this) {
            answer = next.computeIfAbsent(key, k -> new CompletableFuture<>());
        }
        CompletableFuture<V> own = answer.copy();
        sendNext();
        return own;
    }

    private void sendNext() {
        Map<K, CompletableFuture<V>> batch = takeBatch();
        if (batch.isEmpty()) {
            return;
        }
        Slot slot = new Slot(batch.size());
        Map<K, CompletableFuture<V>> answers = send(batch.keySet());
        batch.forEach((key, answer) -> Objects.requireNonNull(answers.get(key)).whenComplete((value, failure) -> {
            boolean askedAgain = answered(key);
            complete(answer, value, failure);
            slot.countDown();
            if (askedAgain) {
                sendNext();
            }
        }));
        free(slot);
    }

    private Map<K, CompletableFuture<V>> send(Collection<K> keys) {
        try {
            return request.apply(keys);
        } catch (RuntimeException e) {
            // The client is closed.
            Map<K, CompletableFuture<V>> failed = new LinkedHashMap<>();
            keys.forEach(key -> failed.put(key, CompletableFuture.failedFuture(e)));
            return failed;
        }
    }

    private void free(Slot slot) {
        try {
            timer.schedule(slot::free, PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            slot.free();
        }
    }

    @SuppressWarnings("NullAway") // one of the two is there
    private static <V> void complete(CompletableFuture<V> answer, V value, Throwable failure) {
        if (failure == null) {
            answer.complete(value);
        } else {
            answer.completeExceptionally(Failures.unwrapped(failure));
        }
    }

    /** Keys that are being asked about stay: a call that came meanwhile needs a younger answer. */
    private synchronized Map<K, CompletableFuture<V>> takeBatch() {
        Map<K, CompletableFuture<V>> batch = new LinkedHashMap<>();
        if (requests == MOST_REQUESTS) {
            return batch;
        }
        List<K> keys = new ArrayList<>();
        for (K key : next.keySet()) {
            if (keys.size() == MOST_KEYS) {
                break;
            }
            if (!asking.contains(key)) {
                keys.add(key);
            }
        }
        for (K key : keys) {
            batch.put(key, next.remove(key));
        }
        asking.addAll(keys);
        if (!keys.isEmpty()) {
            requests++;
        }
        return batch;
    }

    /** Whether somebody asked about it meanwhile. */
    private synchronized boolean answered(K key) {
        asking.remove(key);
        return next.containsKey(key);
    }

    /** One of the requests under way. */
    private final class Slot {
        private final AtomicInteger unanswered;
        private final AtomicBoolean free = new AtomicBoolean();

        Slot(int keys) {
            unanswered = new AtomicInteger(keys);
        }

        void countDown() {
            if (unanswered.decrementAndGet() == 0) {
                free();
            }
        }

        void free() {
            if (free.compareAndSet(false, true)) {
                synchronized (Coalescer.this) {
                    requests--;
                }
                sendNext();
            }
        }
    }
}
