package org.dnpipes.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChunkCacheTest {
    private static final PipeId PIPE = new PipeId("p", "id", 0);
    private static final PipeId OTHER = new PipeId("q", "id", 0);

    private static Chunk chunk(long first, long next, int bytes) {
        return new Chunk.Builder(first, bytes)
                .add(first, ByteBuffer.allocate(bytes - 1), 0)
                .build(next);
    }

    @Test
    void givesTheChunkThatCoversASequenceNumber() {
        ChunkCache cache = new ChunkCache(10_000);
        Chunk chunk = chunk(5, 9, 10);
        cache.put(PIPE, chunk);
        assertSame(chunk, cache.get(PIPE, 5).orElseThrow());
        assertSame(chunk, cache.get(PIPE, 8).orElseThrow());
        assertEquals(Optional.empty(), cache.get(PIPE, 4));
        assertEquals(Optional.empty(), cache.get(PIPE, 9));
        assertEquals(Optional.empty(), cache.get(OTHER, 5));
    }

    @Test
    void holdsNotMoreThanItsCapacity() {
        long capacity = 100_000;
        ChunkCache cache = new ChunkCache(capacity);
        for (int i = 0; i < 1000; i++) {
            cache.put(PIPE, chunk(i, i + 1, 1000));
        }
        long held = 0;
        for (int i = 0; i < 1000; i++) {
            held += cache.get(PIPE, i).map(Chunk::length).orElse(0);
        }
        assertTrue(held <= capacity, "held " + held);
        assertTrue(held >= capacity / 2, "held " + held);
    }

    @Test
    void whatWasNotUsedForTheLongestTimeGoesFirst() {
        ChunkCache cache = new ChunkCache(10_000);
        for (int i = 0; i < 4; i++) {
            cache.put(PIPE, chunk(i, i + 1, 2200));
        }
        assertTrue(cache.get(PIPE, 0).isPresent());
        cache.put(PIPE, chunk(4, 5, 2200));
        assertTrue(cache.get(PIPE, 0).isPresent());
        assertEquals(Optional.empty(), cache.get(PIPE, 1));
    }

    @Test
    void chunkThatIsTooLargeIsNotKept() {
        ChunkCache cache = new ChunkCache(10_000);
        cache.put(PIPE, chunk(0, 1, 2600));
        assertEquals(Optional.empty(), cache.get(PIPE, 0));
    }

    @Test
    void ofTwoChunksFromTheSamePlaceTheLongerStays() {
        ChunkCache cache = new ChunkCache(10_000);
        Chunk longer = chunk(0, 5, 100);
        cache.put(PIPE, chunk(0, 3, 60));
        cache.put(PIPE, longer);
        cache.put(PIPE, chunk(0, 3, 60));
        assertSame(longer, cache.get(PIPE, 1).orElseThrow());
    }

    @Test
    void replacingAChunkDoesNotCountItTwice() {
        ChunkCache cache = new ChunkCache(10_000);
        cache.put(PIPE, chunk(1000, 1001, 1000));
        for (int i = 1; i < 100; i++) {
            cache.put(PIPE, chunk(0, i, 1000));
        }
        assertTrue(cache.get(PIPE, 1000).isPresent());
    }

    @Test
    void forgettingAPipeLeavesTheOthersAndFreesItsRoom() {
        ChunkCache cache = new ChunkCache(10_000);
        cache.put(OTHER, chunk(0, 1, 2000));
        for (int i = 0; i < 3; i++) {
            cache.put(PIPE, chunk(i, i + 1, 2000));
        }
        cache.forget(PIPE);
        assertEquals(Optional.empty(), cache.get(PIPE, 0));
        for (int i = 10; i < 13; i++) {
            cache.put(PIPE, chunk(i, i + 1, 2000));
        }
        assertTrue(cache.get(OTHER, 0).isPresent());
    }

    @Test
    void whatIsKnownOfEachMessageCountsAsWell() {
        ChunkCache cache = new ChunkCache(10_000);
        Chunk.Builder builder = new Chunk.Builder(0, 200);
        for (int i = 0; i < 200; i++) {
            builder.add(i, ByteBuffer.allocate(0), 0);
        }
        // 200 line feeds, 200 ints and 200 longs: more than a quarter of the capacity.
        cache.put(PIPE, builder.build(200));
        assertEquals(Optional.empty(), cache.get(PIPE, 0));
    }
}
