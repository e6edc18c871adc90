package org.dnpipes.pipe;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Consecutive messages of one pipe as the bytes a reader sees: each message followed by a line feed. Immutable.
 *
 * <p>A chunk covers the sequence numbers from {@link #first} up to, not including, {@link #next}; numbers without a
 * message (gaps) may lie anywhere in between, and a chunk may hold no message at all.
 */
public final class Chunk {
    /** The epoch of a message whose leader is not known. */
    public static final int NO_EPOCH = -1;

    private final long first;
    private final long next;
    private final long newest;
    private final byte[] bytes;
    private final int length;
    /** The end of message i in {@link #bytes}, line feed included. */
    private final int[] ends;
    /** The sequence number of message i. */
    private final long[] sequences;

    private final int firstEpoch;
    private final int lastEpoch;
    private final long firstTime;

    private Chunk(Builder from, long next) {
        this.first = from.first;
        this.next = next;
        this.newest = from.newest;
        this.bytes = from.bytes;
        this.length = from.length;
        this.ends = Arrays.copyOf(from.ends, from.count);
        this.sequences = Arrays.copyOf(from.sequences, from.count);
        this.firstEpoch = from.firstEpoch;
        this.lastEpoch = from.lastEpoch;
        this.firstTime = from.firstTime;
    }

    /** The first sequence number covered. */
    public long first() {
        return first;
    }

    /** Where the next chunk starts. */
    public long next() {
        return next;
    }

    /** The timestamp of the last message in milliseconds since the epoch; 0 in a chunk without messages. */
    public long newest() {
        return newest;
    }

    /** How many bytes a reader sees. */
    public int length() {
        return length;
    }

    /** How many messages there are. */
    public int count() {
        return ends.length;
    }

    /** The sequence number of the first message; {@link #next} if there is none. */
    public long firstMessage() {
        return sequences.length == 0 ? next : sequences[0];
    }

    /** The sequence number of the last message before {@code sequence}; -1 if there is none. */
    public long lastMessageBefore(long sequence) {
        int found = Arrays.binarySearch(sequences, sequence);
        int after = found >= 0 ? found : -found - 1;
        return after == 0 ? -1 : sequences[after - 1];
    }

    /**
     * Under which leader the first message was stored. Where the same sequence number has the same epoch, all messages
     * before are the same, too (KIP-101); {@link #NO_EPOCH} if it is not known.
     */
    public int firstEpoch() {
        return firstEpoch;
    }

    /** The timestamp of the first message in milliseconds since the epoch; 0 in a chunk without messages. */
    public long firstTime() {
        return firstTime;
    }

    /** Under which leader the last message was stored. */
    public int lastEpoch() {
        return lastEpoch;
    }

    /** Whether {@code sequence} is covered. */
    public boolean covers(long sequence) {
        return first <= sequence && sequence < next;
    }

    /** The position in this chunk, in bytes, of the first message with that sequence number or a later one. */
    public int positionOf(long sequence) {
        if (sequence <= first) {
            return 0;
        }
        if (sequence >= next) {
            return length;
        }
        int found = Arrays.binarySearch(sequences, sequence);
        int message = found >= 0 ? found : -found - 1;
        return message == 0 ? 0 : ends[message - 1];
    }

    /** The sequence number of the message that holds the byte at {@code position}; {@link #next} at the end. */
    public long sequenceAt(int position) {
        if (position >= length) {
            return next;
        }
        int found = Arrays.binarySearch(ends, position);
        return sequences[found >= 0 ? found + 1 : -found - 1];
    }

    /** How many messages end, with their line feed, before {@code position}. */
    public int messagesBefore(int position) {
        int found = Arrays.binarySearch(ends, position);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** Copies bytes from {@code position} on into {@code target}, as many as fit. Returns how many. */
    public int copyTo(ByteBuffer target, int position) {
        int count = Math.min(target.remaining(), length - position);
        target.put(bytes, position, count);
        return count;
    }

    @Override
    public String toString() {
        return "messages " + first + " to " + next + " (" + ends.length + ", " + length + " bytes)";
    }

    /** Builds a chunk from messages in order. Not safe for use by several threads. */
    public static final class Builder {
        private final long first;
        private long newest;
        private byte[] bytes;
        private int length;
        private int[] ends = new int[64];
        private long[] sequences = new long[64];
        private int count;
        private int firstEpoch = NO_EPOCH;
        private int lastEpoch = NO_EPOCH;
        private long firstTime;

        /**
         * @param first the first sequence number covered
         * @param capacity how many bytes are expected
         */
        public Builder(long first, int capacity) {
            this.first = first;
            this.bytes = new byte[capacity];
        }

        /** Adds a message. {@code value} is read from its position to its limit and left as it is. */
        public Builder add(long sequence, ByteBuffer value, long timestamp) {
            return add(sequence, value, timestamp, NO_EPOCH);
        }

        /** Adds a message that was stored under the leader with that epoch. */
        public Builder add(long sequence, ByteBuffer value, long timestamp, int epoch) {
            if (count == 0) {
                firstEpoch = epoch;
                firstTime = timestamp;
            }
            lastEpoch = epoch;
            int size = value.remaining();
            ensureRoomFor(size + 1);
            value.get(value.position(), bytes, length, size);
            length += size;
            bytes[length++] = '\n';
            ends[count] = length;
            sequences[count++] = sequence;
            newest = timestamp;
            return this;
        }

        /** The chunk, covering up to {@code next}. The builder must not be used afterwards. */
        public Chunk build(long next) {
            return new Chunk(this, next);
        }

        private void ensureRoomFor(int more) {
            int needed = Math.addExact(length, more);
            if (needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(needed, (int)
                        Math.min(2L * bytes.length, Integer.MAX_VALUE - 8)));
            }
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, 2 * count);
                sequences = Arrays.copyOf(sequences, 2 * count);
            }
        }
    }
}
