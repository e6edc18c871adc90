package org.dnpipes.pipe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Translates between byte positions and sequence numbers of one pipe. It starts at an origin, grows at its end as
 * chunks become known, in order, and is exact as far as it goes. It is sparse: it remembers a mark now and then, and
 * forgets some when there are too many, so its memory is bounded whatever the size of the pipe. Those near the end stay
 * close to each other: that is where most look, and have to read from the mark before. Safe for use by many threads.
 *
 * <p>What somebody else has indexed can be offered to it, see {@link #offer}.
 */
public final class ByteIndex {
    private static final int MAX_MARKS = 8192;
    /** How far marks are apart near the end, in bytes, and how many of these there are. */
    private static final long CLOSE = 64 * 1024;

    private static final int CLOSE_MARKS = 128;

    /** A place in a pipe: the message with that sequence number, or the next one, starts at that position. */
    public record Mark(long position, long sequence) {}

    /** The last message, and its leader's epoch, before those of another leader. */
    public record Seam(long last, int epoch) {}

    private static final int MOST_SEAMS = 16;

    private long[] positions = new long[16];
    private long[] sequences = new long[16];
    private int count;
    /** Messages before this are gone. */
    private long first;

    /** How far all other marks are apart at the least, but for those made since the last thinning. */
    private long spacing = CLOSE;

    private long endPosition;
    private long endSequence;
    private long newest;
    /** The last message it knows, -1 if it knows none, and under which leader that was stored. */
    private long last = -1;

    private int lastEpoch = Chunk.NO_EPOCH;
    private @Nullable IndexSnapshot offered;
    /** Where another leader's messages follow: whether those before are still there has to be seen. */
    private final List<Seam> seams = new ArrayList<>();

    private boolean tooManySeams;

    /** An index that knows nothing but that its pipe starts with {@code origin}. */
    public ByteIndex(Mark origin) {
        positions[0] = origin.position();
        sequences[0] = origin.sequence();
        count = 1;
        first = origin.sequence();
        endPosition = origin.position();
        endSequence = origin.sequence();
    }

    /** Where the index starts; what is there may have been removed meanwhile. */
    public synchronized Mark origin() {
        return new Mark(positions[0], sequences[0]);
    }

    /** Messages before this are gone, as far as the index was told. */
    public synchronized long first() {
        return first;
    }

    /**
     * Where the first message that is left starts. Null if that is not known, since messages between two known places
     * were removed: then positions before {@link #behindHead} cannot be located, until somebody has counted and told
     * {@link #anchor}.
     */
    public synchronized @Nullable Mark head() {
        return sequences[0] >= first ? new Mark(positions[0], sequences[0]) : null;
    }

    /** The first place that it knows behind a head that it does not know; the end at the latest. */
    public synchronized Mark behindHead() {
        return count > 1 ? new Mark(positions[1], sequences[1]) : new Mark(endPosition, endSequence);
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
        while (goesOn(chunk)) {
            Mark joint = joint(chunk.next());
            extend(chunk, joint == null ? chunk.next() : joint.sequence());
            if (joint != null) {
                join(joint);
            }
        }
    }

    private boolean goesOn(Chunk chunk) {
        return chunk.first() <= endSequence && endSequence < chunk.next();
    }

    private void extend(Chunk chunk, long next) {
        long read = chunk.lastMessageBefore(next);
        if (read >= endSequence) {
            if (lastEpoch != chunk.firstEpoch() && lastEpoch != Chunk.NO_EPOCH && chunk.first() == endSequence) {
                tooManySeams |= seams.size() == MOST_SEAMS;
                if (!tooManySeams) {
                    seams.add(new Seam(last, lastEpoch));
                }
            }
            last = read;
            lastEpoch = read == chunk.lastMessageBefore(chunk.next()) ? chunk.lastEpoch() : Chunk.NO_EPOCH;
        }
        grow(next, chunk.positionOf(next) - chunk.positionOf(endSequence), chunk.newest());
    }

    /**
     * Learns of messages without reading them, if they go on where the index ends.
     *
     * @param bytes how many a reader sees of them
     */
    public synchronized void extend(Sink.Run run, long bytes) {
        if (run.first() == endSequence && run.first() < run.next()) {
            last = run.next() - 1;
            lastEpoch = Chunk.NO_EPOCH;
            grow(run.next(), bytes, run.newest());
        }
    }

    private void grow(long next, long bytes, long time) {
        if (endPosition - positions[count - 1] >= CLOSE) {
            mark(endPosition, endSequence);
        }
        endPosition += bytes;
        endSequence = next;
        newest = Math.max(newest, time);
    }

    /**
     * Messages before {@code sequence} are gone. Those that are left keep their positions; what had not been counted
     * before it was removed takes no bytes.
     */
    public synchronized void removeBefore(long sequence) {
        if (sequence <= first) {
            return;
        }
        first = sequence;
        if (sequence >= endSequence) {
            endSequence = sequence;
            mark(endPosition, endSequence);
        }
        int found = Arrays.binarySearch(sequences, 0, count, sequence);
        forgetBefore(found >= 0 ? found : Math.max(0, -found - 2));
    }

    private void forgetBefore(int mark) {
        count -= mark;
        System.arraycopy(positions, mark, positions, 0, count);
        System.arraycopy(sequences, mark, sequences, 0, count);
    }

    /** That is where the first message that is left starts. Changes nothing if that is not the first one any more. */
    public synchronized void anchor(Mark head) {
        if (sequences[0] < first && head.sequence() == first) {
            positions[0] = head.position();
            sequences[0] = head.sequence();
        }
    }

    /**
     * Takes over what {@code snapshot} knows behind the end of this index, as soon as this index has come to one of its
     * marks; that is at once if it ends at one. The snapshot's positions may have started elsewhere.
     *
     * @param snapshot true of this pipe as it is now
     */
    public synchronized void offer(IndexSnapshot snapshot) {
        boolean further =
                offered == null || snapshot.end().sequence() >= offered.end().sequence();
        if (further && snapshot.end().sequence() > endSequence) {
            offered = snapshot;
            Mark joint = joint(endSequence);
            if (joint != null) {
                join(joint);
            }
        }
    }

    /** The first mark of what is offered that lies between the end of this index and {@code sequence}. */
    private @Nullable Mark joint(long sequence) {
        IndexSnapshot from = offered;
        if (from == null) {
            return null;
        }
        Mark mark = from.firstMarkFrom(endSequence);
        return mark != null && mark.sequence() <= sequence ? mark : null;
    }

    /** Goes on with what is offered behind {@code joint}, where this index ends now. */
    private void join(Mark joint) {
        IndexSnapshot from = offered;
        offered = null;
        if (from == null || from.end().sequence() <= endSequence) {
            return;
        }
        long shift = endPosition - joint.position();
        spacing = Math.max(spacing, (from.end().position() + shift - positions[0]) / (MAX_MARKS / 2));
        long close = from.end().position() - CLOSE * CLOSE_MARKS;
        for (Mark mark : from.marks()) {
            long apart = mark.position() >= close ? CLOSE : spacing;
            if (mark.sequence() >= endSequence && mark.position() + shift - positions[count - 1] >= apart) {
                mark(mark.position() + shift, mark.sequence());
            }
        }
        endPosition = from.end().position() + shift;
        endSequence = from.end().sequence();
        newest = Math.max(newest, from.newest());
        last = from.last();
        lastEpoch = from.epoch();
    }

    /** The seams that nobody has looked at yet; null if there were too many to remember. */
    public synchronized @Nullable List<Seam> seams() {
        return tooManySeams ? null : List.copyOf(seams);
    }

    /** Those seams hold: what is before them is still there. */
    public synchronized void holds(List<Seam> seen) {
        seams.removeAll(seen);
    }

    /** All it knows. */
    public synchronized IndexSnapshot snapshot() {
        List<Mark> marks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            marks.add(new Mark(positions[i], sequences[i]));
        }
        return new IndexSnapshot(marks, new Mark(endPosition, endSequence), newest, last, lastEpoch);
    }

    /** The last known place at or before {@code position}; the origin if there is none, so that is gone. */
    public synchronized Mark locate(long position) {
        return position >= endPosition ? new Mark(endPosition, endSequence) : markBefore(positions, position);
    }

    /** The last known place at or before the message {@code sequence}; the origin if there is none. */
    public synchronized Mark placeBefore(long sequence) {
        return sequence >= endSequence ? new Mark(endPosition, endSequence) : markBefore(sequences, sequence);
    }

    private Mark markBefore(long[] ascending, long wanted) {
        int found = Arrays.binarySearch(ascending, 0, count, wanted);
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

    /** Leaves half of the marks at the most. */
    private void thin() {
        thin(spacing);
        while (count > MAX_MARKS / 2) {
            spacing *= 2;
            thin(spacing);
        }
    }

    /** Forgets marks that are closer to the one before than that, but for those near the end. */
    private void thin(long apart) {
        int close = count - CLOSE_MARKS;
        int kept = 1;
        for (int i = 1; i < count; i++) {
            if (i >= close || positions[i] - positions[kept - 1] >= apart) {
                positions[kept] = positions[i];
                sequences[kept++] = sequences[i];
            }
        }
        count = kept;
    }
}
