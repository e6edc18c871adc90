package org.dnpipes.pipe;

import java.util.Arrays;

/**
 * Translates between byte positions and sequence numbers of one pipe. It starts at an origin, grows at its end as
 * chunks become known, in order, and is exact as far as it goes. It is sparse: it remembers a mark now and then, and
 * forgets every second one when there are too many, so its memory is bounded whatever the size of the pipe. Safe for
 * use by many threads.
 */
public final class ByteIndex {
    private static final int MAX_MARKS = 8192;

    /** A place in a pipe: the message with that sequence number, or the next one, starts at that position. */
    public record Mark(long position, long sequence) {}

    private long[] positions = new long[16];
    private long[] sequences = new long[16];
    private int count;
    private long spacing = 64 * 1024;
    private long endPosition;
    private long endSequence;
    private long newest;

    /** An index that knows nothing but that its pipe starts with {@code origin}. */
    public ByteIndex(Mark origin) {
        positions[0] = origin.position();
        sequences[0] = origin.sequence();
        count = 1;
        endPosition = origin.position();
        endSequence = origin.sequence();
    }

    /** Where the index starts. */
    public synchronized Mark origin() {
        return new Mark(positions[0], sequences[0]);
    }

    /** How far it goes. */
    public synchronized Mark end() {
        return new Mark(endPosition, endSequence);
    }

    /** The timestamp of the last message it knows, in milliseconds since the epoch; 0 if it knows none. */
    public synchronized long newest() {
        return newest;
    }

    /** Learns {@code chunk} if it goes on where the index ends. Others, known or too far ahead, change nothing. */
    public synchronized void extend(Chunk chunk) {
        boolean goesOn = chunk.first() <= endSequence && endSequence < chunk.next();
        if (!goesOn) {
            return;
        }
        if (endPosition - positions[count - 1] >= spacing) {
            mark(endPosition, endSequence);
        }
        endPosition += chunk.length() - chunk.positionOf(endSequence);
        endSequence = chunk.next();
        newest = Math.max(newest, chunk.newest());
    }

    /** Goes on with {@code sequence}, since what lies between is not there any more; it takes no bytes. */
    public synchronized void skipTo(long sequence) {
        if (sequence > endSequence) {
            endSequence = sequence;
            mark(endPosition, endSequence);
        }
    }

    /** The last known place at or before {@code position}; the origin if there is none. */
    public synchronized Mark locate(long position) {
        if (position >= endPosition) {
            return new Mark(endPosition, endSequence);
        }
        int found = Arrays.binarySearch(positions, 0, count, position);
        int at = Math.max(0, found >= 0 ? found : -found - 2);
        return new Mark(positions[at], sequences[at]);
    }

    private void mark(long position, long sequence) {
        if (positions[count - 1] == position) {
            // Of places without bytes between them the last is the one to read from.
            sequences[count - 1] = sequence;
            return;
        }
        if (count == MAX_MARKS) {
            thin();
        }
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, 2 * count);
            sequences = Arrays.copyOf(sequences, 2 * count);
        }
        positions[count] = position;
        sequences[count++] = sequence;
    }

    private void thin() {
        spacing *= 2;
        count = (count + 1) / 2;
        for (int i = 0; i < count; i++) {
            positions[i] = positions[2 * i];
            sequences[i] = sequences[2 * i];
        }
    }
}
