package org.dnpipes.fake;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeId;
import org.jspecify.annotations.Nullable;

/** One pipe: its messages and the reads that wait for more. Belongs to the engine's thread. */
final class Log {

    /** A read that waits, or is about to be answered. */
    record Read(FakeConnection owner, long from, CompletableFuture<Chunk> answer) {}

    private final Store store;
    private final PipeId id;
    private final Window window;
    private final NavigableMap<Long, Message> messages = new TreeMap<>();
    private final Set<FakeTransaction> open = new LinkedHashSet<>();
    private final List<Read> waiting = new ArrayList<>();
    private long first;
    private long lastReset;
    private long end;
    /** Under which leader each message was stored. */
    private final NavigableMap<Long, Integer> epochs = new TreeMap<>();

    private int epoch;
    private boolean paused;
    private int reads;
    private int looks;
    private @Nullable PipeFailure readsFail;
    private @Nullable PipeFailure looksFail;

    Log(Store store, PipeId id) {
        this.store = store;
        this.id = id;
        this.window = new Window(store, this);
    }

    PipeId id() {
        return id;
    }

    Window window() {
        return window;
    }

    long end() {
        return end;
    }

    Extent extent() {
        long stable = open.stream().mapToLong(FakeTransaction::begin).min().orElse(end);
        return new Extent(first, Math.max(first, stable), end);
    }

    boolean isStopped() {
        return paused || store.isPaused();
    }

    void pause(boolean on) {
        paused = on;
    }

    void append(Message message) {
        epochs.put(end, epoch);
        messages.put(end++, message);
    }

    void skip(long numbers) {
        end += numbers;
    }

    /** Another leader, which has only the messages before {@code kept}, and then stores {@code others}. */
    void elect(long kept, List<Message> others) {
        epoch++;
        end = Math.min(end, kept);
        messages.tailMap(end).clear();
        first = Math.min(first, end);
        others.forEach(this::append);
        PipeFailure.OutOfRange lost = new PipeFailure.OutOfRange(id, Long.MAX_VALUE, extent(), kept);
        failReads(read -> read.from() > kept, lost);
        serve();
    }

    void begun(FakeTransaction transaction) {
        open.add(transaction);
    }

    void ended(FakeTransaction transaction) {
        open.remove(transaction);
    }

    void reset(long sequence) {
        lastReset = sequence;
        removeBefore(sequence);
    }

    long lastReset() {
        return lastReset;
    }

    void removeBefore(long sequence) {
        if (sequence > end) {
            throw new PipeFailure.OutOfRange(id, sequence, extent());
        }
        first = Math.max(first, sequence);
        messages.headMap(first).clear();
        serve();
    }

    /** The messages a reader would see, in their order. */
    List<Message> shown() {
        return messages.headMap(extent().stable()).values().stream()
                .filter(Message::isShown)
                .toList();
    }

    Optional<Message> newest() {
        return messages.values().stream().filter(Message::isShown).reduce((a, b) -> b);
    }

    long firstSince(long timestamp) {
        return messages.entrySet().stream()
                .filter(e -> e.getValue().timestamp() >= timestamp)
                .mapToLong(Map.Entry::getKey)
                .findFirst()
                .orElse(end);
    }

    void read(Read read) {
        reads++;
        if (readsFail != null) {
            throw readsFail;
        }
        waiting.add(read);
        serve();
    }

    void forget(Read read) {
        waiting.remove(read);
    }

    /** Answers the waiting reads that can be answered now. */
    void serve() {
        if (isStopped()) {
            return;
        }
        for (Read read : List.copyOf(waiting)) {
            try {
                answer(read.from())
                        .ifPresent(chunk -> finish(read, () -> read.answer().complete(chunk)));
            } catch (PipeFailure e) {
                finish(read, () -> read.answer().completeExceptionally(e));
            }
        }
    }

    void failReads(Predicate<Read> which, PipeFailure why) {
        waiting.stream()
                .filter(which)
                .toList()
                .forEach(read -> finish(read, () -> read.answer().completeExceptionally(why)));
    }

    void readsFail(@Nullable PipeFailure why) {
        readsFail = why;
        if (why != null) {
            failReads(read -> true, why);
        }
    }

    void looksFail(@Nullable PipeFailure why) {
        looksFail = why;
    }

    /** Counts a look at the pipe. Returns this, or fails as the test wants looks to fail. */
    Log looked() {
        looks++;
        if (looksFail != null) {
            throw looksFail;
        }
        return this;
    }

    int waitingReads() {
        return waiting.size();
    }

    int reads() {
        return reads;
    }

    int looks() {
        return looks;
    }

    /** Out of the list first: the completion may run code that looks at it. */
    private void finish(Read read, Runnable completion) {
        if (waiting.remove(read)) {
            completion.run();
        }
    }

    private Optional<Chunk> answer(long from) {
        Extent extent = extent();
        if (from < first || from > end) {
            throw new PipeFailure.OutOfRange(id, from, extent);
        }
        return from < extent.stable() ? Optional.of(chunk(from, extent.stable())) : Optional.empty();
    }

    private Chunk chunk(long from, long stable) {
        Chunk.Builder builder = new Chunk.Builder(from, 1024);
        int count = 0;
        long bytes = 0;
        for (Map.Entry<Long, Message> entry : messages.subMap(from, stable).entrySet()) {
            Message message = entry.getValue();
            if (!message.isShown()) {
                continue;
            }
            ByteBuffer value = message.value();
            if (count == store.mostMessages() || (count > 0 && bytes + value.remaining() >= store.mostBytes())) {
                return builder.build(entry.getKey());
            }
            builder.add(entry.getKey(), value, message.timestamp(), epochs.getOrDefault(entry.getKey(), 0));
            bytes += value.remaining() + 1;
            count++;
        }
        return builder.build(stable);
    }
}
