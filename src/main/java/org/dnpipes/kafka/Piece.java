package org.dnpipes.kafka;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.dnpipes.pipe.Chunk;
import org.jspecify.annotations.Nullable;

/**
 * A run of messages as a consumer got them, at most about 1 MiB, and the chunks made of it. Made and used by one
 * thread.
 */
final class Piece {
    /** A chunk is not made longer than that, unless a single message is. */
    static final int MOST_BYTES = 1 << 20;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final long first;
    private final long next;
    private final List<ConsumerRecord<ByteBuffer, @Nullable ByteBuffer>> records;
    private final int start;
    private final int end;
    private final Chunk chunk;

    private Piece(
            long first, long next, List<ConsumerRecord<ByteBuffer, @Nullable ByteBuffer>> records, int start, int end) {
        this.first = first;
        this.next = next;
        this.records = records;
        this.start = start;
        this.end = end;
        this.chunk = chunkFrom(first);
    }

    /**
     * The messages of {@code records} from the index {@code start} on, as many as fit.
     *
     * @param first where the consumer stood before them; gaps may follow it
     * @param next where it stands after all of {@code records}; gaps may precede it
     */
    static Piece of(long first, long next, List<ConsumerRecord<ByteBuffer, @Nullable ByteBuffer>> records, int start) {
        int bytes = 0;
        int end = start;
        while (end < records.size()) {
            int size = 1 + Math.max(0, records.get(end).serializedValueSize());
            if (end > start && bytes + size > MOST_BYTES) {
                return new Piece(first, records.get(end).offset(), records, start, end);
            }
            bytes += size;
            end++;
        }
        return new Piece(first, next, records, start, end);
    }

    /** All of it. */
    Chunk chunk() {
        return chunk;
    }

    /** The index of the first record behind it. */
    int end() {
        return end;
    }

    /** The part of it that begins at {@code from}. */
    Chunk chunkFrom(long from) {
        int bytes = 0;
        int begin = start;
        while (begin < end && records.get(begin).offset() < from) {
            begin++;
        }
        for (int i = begin; i < end; i++) {
            bytes += 1 + Math.max(0, records.get(i).serializedValueSize());
        }
        Chunk.Builder builder = new Chunk.Builder(Math.max(first, from), bytes);
        for (int i = begin; i < end; i++) {
            ConsumerRecord<ByteBuffer, @Nullable ByteBuffer> message = records.get(i);
            ByteBuffer value = message.value();
            builder.add(
                    message.offset(),
                    value == null ? EMPTY : value,
                    message.timestamp(),
                    message.leaderEpoch().orElse(Chunk.NO_EPOCH));
        }
        return builder.build(next);
    }
}
