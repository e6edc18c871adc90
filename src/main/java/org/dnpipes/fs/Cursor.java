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
 * <p>Its positions are such that what it reads in order follows without a gap, also where messages were removed that it
 * had not read.
 */
final class Cursor {
    private Positions positions;
    /** Where reading has begun after the last jump: what is in hand may start before that. */
    private long begun;
    /** Where the next byte to be read stands, or, as long as {@link #skip} is not 0, where it will not stand yet. */
    private long position;
    /** Bytes that are still to be passed over to get to where a seek went. */
    private long skip;
    /** Where the chunk after the one in hand starts. */
    private long sequence;

    private @Nullable Chunk chunk;
    private int at;
    private int end;
    /** How many messages were read to their end. */
    private long finished;

    private long limit = Long.MAX_VALUE;

    private Cursor(Positions positions, long sequence) {
        this.positions = positions;
        this.sequence = sequence;
    }

    /** A cursor at {@code head}, a place in {@code index}, which has the position 0. */
    static Cursor at(ByteIndex index, Mark head) {
        return new Cursor(new Positions(index, -head.position()), head.sequence());
    }

    /** A cursor that starts with position 0 at {@code sequence}, and has an index of its own. */
    static Cursor startingAt(long sequence) {
        Mark start = new Mark(0, sequence);
        return at(new ByteIndex(start), start);
    }

    /** From the next {@link #take} on reads no message with that sequence number or a later one. */
    void limitTo(long sequenceNumber) {
        limit = sequenceNumber;
    }

    /** The first sequence number that is not read, whatever there is. Long.MAX_VALUE if nobody has set a limit. */
    long limit() {
        return limit;
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
        positions.index().extend(next);
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
            finished += chunk.messagesBefore(at + copied) - chunk.messagesBefore(at);
            at += copied;
            position += copied;
        }
    }

    /** How many messages were read to their end since the cursor was made; what is read again counts again. */
    long finished() {
        return finished;
    }

    /** Takes back the last {@code count} bytes that were just copied. */
    void unread(int count) {
        if (chunk != null) {
            finished -= chunk.messagesBefore(at) - chunk.messagesBefore(at - count);
        }
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

    /**
     * Reading goes on at {@code target}, where what is left of the pipe follows if the message that was there is gone.
     *
     * @param meaning what the target means; its index has to know its head, or else to be right about what is gone
     */
    void seek(long target, Positions meaning) {
        if (meaning.equals(positions) && isInHand(target)) {
            at += (int) (target - position);
            position = target;
            skip = 0;
            return;
        }
        ByteIndex index = meaning.index();
        long wanted = meaning.inIndex(target);
        Mark mark = index.locate(wanted);
        if (wanted < mark.position()) {
            startAt(mark.sequence(), target, new Positions(index, target - mark.position()));
        } else {
            startAt(mark.sequence(), meaning.inFile(mark.position()), meaning);
            skip = target - position;
        }
    }

    private boolean isInHand(long target) {
        return chunk != null && target >= Math.max(position - at, begun) && target <= position - at + end;
    }

    /** Goes on with {@code first}, since nobody knows any more what was before it. Positions go on where they were. */
    void restartAt(long first) {
        long here = position();
        startAt(first, here, new Positions(new ByteIndex(new Mark(0, first)), here));
    }

    private void startAt(long message, long atPosition, Positions meaning) {
        drop();
        positions = meaning;
        position = atPosition;
        begun = atPosition;
        sequence = message;
        skip = 0;
    }

    /** What its positions mean. */
    Positions positions() {
        return positions;
    }

    /** What follows what is in hand, of which only a line that was begun counts if it is before {@code first}. */
    Mark behindHand(long first) {
        if (chunk == null || nextSequence() >= first) {
            return new Mark(position + end - at, sequence);
        }
        return isWithinLine()
                ? new Mark(position + chunk.positionOf(nextSequence() + 1) - at, nextSequence() + 1)
                : new Mark(position, nextSequence());
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

    /** Lets go of the chunk in hand, read or not. */
    void drop() {
        chunk = null;
        at = 0;
        end = 0;
    }
}
