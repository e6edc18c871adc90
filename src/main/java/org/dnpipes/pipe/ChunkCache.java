package org.dnpipes.pipe;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Chunks that were read lately, shared by all readers of a mount. Holds at most so many bytes; the chunk that was not
 * used for the longest time goes first. Safe for use by many threads.
 */
public final class ChunkCache {
    /** What a chunk takes beside its bytes: an int and a long for each message, and the objects. */
    private static final int PER_MESSAGE = 12;

    private static final int PER_CHUNK = 200;

    private final long capacity;
    private long size;
    private final Map<PipeId, TreeMap<Long, Chunk>> pipes = new HashMap<>();
    /** In the order of their last use. */
    private final LinkedHashMap<Key, Chunk> byUse = new LinkedHashMap<>(16, 0.75f, true);

    private record Key(PipeId pipe, long first) {}

    /** @param capacity in bytes */
    public ChunkCache(long capacity) {
        this.capacity = capacity;
    }

    /** How many bytes it holds, with what chunks take beside theirs. */
    public synchronized long size() {
        return size;
    }

    /** The chunk that covers {@code sequence}, if it is here. */
    public synchronized Optional<Chunk> get(PipeId pipe, long sequence) {
        TreeMap<Long, Chunk> chunks = pipes.get(pipe);
        Map.Entry<Long, Chunk> floor = chunks == null ? null : chunks.floorEntry(sequence);
        if (floor == null || !floor.getValue().covers(sequence)) {
            return Optional.empty();
        }
        byUse.get(new Key(pipe, floor.getKey()));
        return Optional.of(floor.getValue());
    }

    /** Keeps {@code chunk}, unless it is too large to be worth it or one with more from the same place is here. */
    public synchronized void put(PipeId pipe, Chunk chunk) {
        long cost = cost(chunk);
        Chunk present = byUse.get(new Key(pipe, chunk.first()));
        if (cost > capacity / 4 || (present != null && present.next() >= chunk.next())) {
            return;
        }
        remove(new Key(pipe, chunk.first()));
        byUse.put(new Key(pipe, chunk.first()), chunk);
        pipes.computeIfAbsent(pipe, p -> new TreeMap<>()).put(chunk.first(), chunk);
        size += cost;
        while (size > capacity) {
            remove(byUse.keySet().iterator().next());
        }
    }

    /** Forgets everything of {@code pipe}. */
    public void forget(PipeId pipe) {
        removeBefore(pipe, Long.MAX_VALUE);
    }

    /** Forgets what is not there any more: chunks of {@code pipe} that begin before {@code sequence}. */
    public synchronized void removeBefore(PipeId pipe, long sequence) {
        TreeMap<Long, Chunk> chunks = pipes.get(pipe);
        if (chunks != null) {
            Long[] firsts = chunks.headMap(sequence).keySet().toArray(Long[]::new);
            for (long first : firsts) {
                remove(new Key(pipe, first));
            }
        }
    }

    private void remove(Key key) {
        Chunk chunk = byUse.remove(key);
        if (chunk == null) {
            return;
        }
        size -= cost(chunk);
        TreeMap<Long, Chunk> chunks = pipes.get(key.pipe());
        if (chunks != null) {
            chunks.remove(key.first());
            if (chunks.isEmpty()) {
                pipes.remove(key.pipe());
            }
        }
    }

    private static long cost(Chunk chunk) {
        return PER_CHUNK + chunk.length() + (long) PER_MESSAGE * chunk.count();
    }
}
