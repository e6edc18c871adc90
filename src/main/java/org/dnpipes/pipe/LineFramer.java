package org.dnpipes.pipe;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts what one open file writes into lines, however the bytes come. The part behind the last line feed is held until
 * the rest of it comes, or until somebody takes it as it is. Holds at most one line. Not safe for use by several
 * threads.
 */
public final class LineFramer {
    private static final byte LINE_FEED = '\n';
    private static final int INITIAL_CAPACITY = 256;

    private final int longest;
    private byte[] part = new byte[0];
    private int length;
    /** The rest of a line that was too long is being dropped. */
    private boolean dropping;

    /** @param longest how many bytes a line may have, without its line feed */
    public LineFramer(int longest) {
        this.longest = longest;
    }

    /**
     * What became of some written bytes.
     *
     * @param lines the lines they completed, without line feeds
     * @param taken how many of the bytes were taken, from the first one on
     * @param tooLong none was taken, since they belong to a line that is longer than allowed; neither was anything else
     *     of that line, and the rest of it will not be either
     */
    public record Framed(Lines lines, int taken, boolean tooLong) {}

    /** What a framer holds at some moment; to go back to. */
    public static final class State {
        private final byte[] part;
        private final int length;
        private final boolean dropping;

        private State(LineFramer of) {
            this.part = of.part;
            this.length = of.length;
            this.dropping = of.dropping;
        }
    }

    /** Takes the bytes between the position and the limit of {@code data}, which is left as it is. */
    public Framed feed(ByteBuffer data) {
        return feed(data, false);
    }

    /**
     * Takes the bytes between the position and the limit of {@code data}, which is left as it is.
     *
     * @param goesOn {@code data} may be a later piece of what the process wrote in one call. If it is refused, the
     *     process is told of the pieces before alone, and comes again with the same bytes; these are then refused too.
     */
    public Framed feed(ByteBuffer data, boolean goesOn) {
        int first = indexOfLineFeed(data);
        if (dropping) {
            dropping = first < 0;
            return new Framed(Lines.NONE, 0, true);
        }
        if (first < 0) {
            if (length + data.remaining() > longest) {
                return tooLong(false);
            }
            hold(data, data.position(), data.limit());
            return new Framed(Lines.NONE, data.remaining(), false);
        }
        return cut(data, first, goesOn);
    }

    /** Cuts {@code data}, which has its first line feed at {@code first}. */
    private Framed cut(ByteBuffer data, int first, boolean goesOn) {
        int begin = data.position();
        int last = lastIndexOfLineFeed(data);
        byte[] block = Arrays.copyOf(part, length + last + 1 - begin);
        data.get(begin, block, length, last + 1 - begin);
        Ends ends = new Ends();
        int start = 0;
        for (int end = length + first - begin; end >= 0; end = indexOfLineFeed(block, start)) {
            if (end - start > longest) {
                return overflow(block, ends, start, !goesOn);
            }
            ends.add(end);
            start = end + 1;
        }
        if (data.limit() - (last + 1) > longest) {
            return overflow(block, ends, start, false);
        }
        clear();
        hold(data, last + 1, data.limit());
        return new Framed(new Lines(block, ends.toArray()), data.remaining(), false);
    }

    /**
     * Lines before the long one, which begins at {@code start}, are taken first; the long one is met again by the next
     * write, which then fails.
     */
    private Framed overflow(byte[] block, Ends ends, int start, boolean over) {
        if (start == 0) {
            return tooLong(over);
        }
        int before = start - length;
        clear();
        return new Framed(new Lines(block, ends.toArray()), before, false);
    }

    /** @param over whether the rest of the line will not come any more */
    private Framed tooLong(boolean over) {
        clear();
        dropping = !over;
        return new Framed(Lines.NONE, 0, true);
    }

    /** Where line feeds are. */
    private static final class Ends {
        private int[] ends = new int[16];
        private int count;

        void add(int end) {
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, 4 * count);
            }
            ends[count++] = end;
        }

        int[] toArray() {
            return Arrays.copyOf(ends, count);
        }
    }

    /** Whether a part of a line is held. */
    public boolean holdsPart() {
        return length > 0;
    }

    /** How many bytes of memory it takes to hold the part. */
    public int heldBytes() {
        return part.length;
    }

    /** Takes the part that is held as a line of its own. */
    public Optional<byte[]> takePart() {
        if (length == 0) {
            return Optional.empty();
        }
        byte[] line = Arrays.copyOf(part, length);
        clear();
        return Optional.of(line);
    }

    /** What is held now. */
    public State state() {
        return new State(this);
    }

    /** Goes back to {@code state}, as if nothing had been fed or taken since. */
    public void restore(State state) {
        part = state.part;
        length = state.length;
        dropping = state.dropping;
    }

    private void hold(ByteBuffer data, int start, int end) {
        int needed = length + (end - start);
        if (needed == length) {
            return;
        }
        if (needed > part.length) {
            part = Arrays.copyOf(part, (int) Math.min(longest, Math.max(INITIAL_CAPACITY, 2L * needed)));
        }
        data.get(start, part, length, end - start);
        length = needed;
    }

    /** Leaves the bytes to whoever holds a {@link State} with them. */
    private void clear() {
        part = new byte[0];
        length = 0;
    }

    private static int indexOfLineFeed(ByteBuffer data) {
        for (int i = data.position(); i < data.limit(); i++) {
            if (data.get(i) == LINE_FEED) {
                return i;
            }
        }
        return -1;
    }

    /** There is one. */
    private static int lastIndexOfLineFeed(ByteBuffer data) {
        int i = data.limit() - 1;
        while (data.get(i) != LINE_FEED) {
            i--;
        }
        return i;
    }

    private static int indexOfLineFeed(byte[] block, int from) {
        for (int i = from; i < block.length; i++) {
            if (block[i] == LINE_FEED) {
                return i;
            }
        }
        return -1;
    }
}
