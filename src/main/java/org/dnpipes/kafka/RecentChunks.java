package org.dnpipes.kafka;

import java.util.Iterator;
import java.util.LinkedHashMap;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.PipeId;
import org.jspecify.annotations.Nullable;

/**
 * The chunks that were read in the last second. Readers that follow the same pipe come a little apart, and each would
 * fetch for itself otherwise. Safe for use by many threads.
 */
final class RecentChunks {
    /** How many bytes of a pipe are read before somebody asks for them. */
    static final long AHEAD = 256 << 10;

    private static final long MOST_BYTES = 16 << 20;
    private static final long FRESH_MS = 1000;

    private final LinkedHashMap<Key, Kept> chunks = new LinkedHashMap<>();
    private long bytes;

    private record Key(PipeId pipe, long first) {}

    private record Kept(Chunk chunk, long nanos) {}

    synchronized @Nullable Chunk get(PipeId pipe, long first) {
        Kept kept = chunks.get(new Key(pipe, first));
        return kept == null || isStale(kept) ? null : kept.chunk;
    }

    synchronized void put(PipeId pipe, Chunk chunk) {
        Kept before = chunks.remove(new Key(pipe, chunk.first()));
        if (before != null) {
            bytes -= before.chunk.length();
        }
        chunks.put(new Key(pipe, chunk.first()), new Kept(chunk, System.nanoTime()));
        bytes += chunk.length();
        dropOld();
    }

    /** Drops what is too old or too much. */
    synchronized void dropOld() {
        Iterator<Kept> oldest = chunks.values().iterator();
        while (oldest.hasNext()) {
            Kept kept = oldest.next();
            if (bytes <= MOST_BYTES && !isStale(kept)) {
                return;
            }
            bytes -= kept.chunk.length();
            oldest.remove();
        }
    }

    synchronized void remove(PipeId pipe) {
        chunks.entrySet().removeIf(entry -> {
            boolean same = entry.getKey().pipe.equals(pipe);
            bytes -= same ? entry.getValue().chunk.length() : 0;
            return same;
        });
    }

    private static boolean isStale(Kept kept) {
        return Topics.ageMillis(kept.nanos) > FRESH_MS;
    }
}
