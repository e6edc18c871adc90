package org.dnpipes.fs;

import java.nio.ByteBuffer;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.Chunk;
import org.jspecify.annotations.Nullable;

/**
 * Where one open file reads: a byte position for the kernel, a sequence number for the source, and the chunk in hand.
 * It never asks for anything itself: its owner gives it the chunk at {@link #sequence} when there is nothing left to
 * read in the one before. Not safe for use by several threads.
 *
 * <p>Positions mean what the index says. That is the pipe's own, or, for a reader that started elsewhere or lost
 * messages to retention before it had read them, one of its own, in which its bytes follow each other without a gap.
 */
final class Cursor {
    private ByteIndex index;
    /** Where the next byte to be read stands, or, as long as {@link #skip} is not 0, where it will not stand yet. */
    private long position;
    /** Bytes that are still to be passed over to get to where a seek went. */
    private long skip;
    /** Where the chunk after the one in hand starts. */
    private long sequence;

    private @Nullable Chunk chunk;
    private int at;
    private int end;
    private long limit = Long.MAX_VALUE;

    /** A cursor at the start of {@code index}. */
    Cursor(ByteIndex index) {
        this.index = index;
        this.position = index.origin().position();
        this.sequence = index.origin().sequence();
    }

    /** A cursor that starts with position 0 at {@code sequence}, and has an index of its own. */
    static Cursor startingAt(long sequence) {
        return new Cursor(new ByteIndex(new Mark(0, sequence)));
    }

    /** Reads no message with that sequence number or a later one. */
    void limitTo(long sequenceNumber) {
        limit = sequenceNumber;
    }

    /** The position that reading goes on at. */
    long position() {
        return position + skip;
    }

    /** Which chunk is needed next. */
    long sequence() {
        return sequence;
    }

    /** The sequence number of the message that is read next, or is being read. */
    long nextSequence() {
        return chunk != null && at < end ? chunk.sequenceAt(at) : sequence;
    }

    /** Whether the limit is reached. */
    boolean isAtLimit() {
        return sequence >= limit && available() == 0;
    }

    /** How many bytes are in hand. */
    int available() {
        return skip > 0 ? 0 : end - at;
    }

    /** Gives it the chunk that covers {@link #sequence}. What is in hand must have been read. */
    void take(Chunk next) {
        index.extend(next);
        chunk = next;
        at = next.positionOf(sequence);
        end = next.positionOf(limit);
        sequence = Math.min(next.next(), limit);
        passOver();
    }

    /** Moves bytes in hand into {@code target}, as many as fit. */
    void copyTo(ByteBuffer target) {
        if (chunk != null) {
            ByteBuffer part = target.duplicate().limit(Math.min(target.limit(), target.position() + end - at));
            int copied = chunk.copyTo(part, at);
            target.position(target.position() + copied);
            at += copied;
            position += copied;
        }
    }

    /** Takes back the last {@code count} bytes that were just copied. */
    void unread(int count) {
        at -= count;
        position -= count;
    }

    /** Lets go of the chunk in hand, if it has been read: a reader that waits must not hold memory. */
    void release() {
        if (at == end) {
            chunk = null;
            at = 0;
            end = 0;
        }
    }

    /** Reading goes on at {@code target}; near by at once, else by way of {@code map}. */
    void seek(long target, ByteIndex map) {
        long start = Math.max(position - at, index.origin().position());
        if (map == index && chunk != null && target >= start && target <= position - at + end) {
            at += (int) (target - position);
            position = target;
            skip = 0;
            return;
        }
        drop();
        Mark mark = map.locate(target);
        if (target < mark.position()) {
            // What was there is gone: what is left follows at once.
            startAt(new Mark(target, mark.sequence()));
        } else {
            index = map;
            sequence = mark.sequence();
            position = mark.position();
            skip = target - mark.position();
        }
    }

    /** The index that this cursor's positions mean. */
    ByteIndex index() {
        return index;
    }

    /** Goes on with {@code first}, since nothing before it is left. Positions go on where they were. */
    void jumpTo(long first) {
        drop();
        startAt(new Mark(position + skip, first));
    }

    private void startAt(Mark mark) {
        position = mark.position();
        sequence = mark.sequence();
        skip = 0;
        index = new ByteIndex(mark);
    }

    /** Whether a line has been read in part. */
    boolean isWithinLine() {
        return chunk != null && at < end && at != chunk.positionOf(chunk.sequenceAt(at));
    }

    /** Makes the line that is being read the last one in hand. */
    void endWithThisLine() {
        if (chunk != null) {
            long line = chunk.sequenceAt(at);
            end = chunk.positionOf(line + 1);
            sequence = line + 1;
        }
    }

    private void passOver() {
        int passed = (int) Math.min(skip, end - at);
        skip -= passed;
        at += passed;
        position += passed;
    }

    private void drop() {
        chunk = null;
        at = 0;
        end = 0;
    }
}
