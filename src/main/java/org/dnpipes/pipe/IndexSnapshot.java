package org.dnpipes.pipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ByteIndex} knew at some moment, in a form that outlives it. Immutable.
 *
 * <p>It stays true for as long as messages are only appended to its pipe, and removed from the head. Whether that is so
 * shows in its last message: if that is there, and was stored under the same leader, all messages before it are the
 * same as well (KIP-101). Nobody can tell of a compacted topic, so none is taken from there.
 *
 * @param marks some places, in order; the first is where it starts
 * @param end how far it goes
 * @param newest the timestamp of the newest message, in milliseconds since the epoch
 * @param last the sequence number of the last message, -1 if there is none
 * @param epoch under which leader that was stored; {@link Chunk#NO_EPOCH} if it is not known
 */
public record IndexSnapshot(List<Mark> marks, Mark end, long newest, long last, int epoch) {
    private static final String VERSION = "dnpipes-index-1";

    public IndexSnapshot {
        marks = List.copyOf(marks);
        long sequence = 0;
        long position = Long.MIN_VALUE;
        for (Mark mark : marks) {
            if (mark.sequence() < sequence || mark.position() < position) {
                throw new IllegalArgumentException("marks out of order at " + mark);
            }
            sequence = mark.sequence();
            position = mark.position();
        }
        if (marks.isEmpty() || end.sequence() < sequence || end.position() < position || last >= end.sequence()) {
            throw new IllegalArgumentException("an index that ends at " + end + " before " + position);
        }
        if (last < -1 || end.position() - marks.get(0).position() < 0) {
            throw new IllegalArgumentException("an index of more bytes than there are, or that ends with " + last);
        }
    }

    /** How many bytes it knows. */
    public long bytes() {
        return end.position() - marks.get(0).position();
    }

    /** The first place it knows at or behind {@code sequence}, the end included; null if there is none. */
    @Nullable
    Mark firstMarkFrom(long sequence) {
        int low = 0;
        int high = marks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (marks.get(middle).sequence() < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low < marks.size()) {
            return marks.get(low);
        }
        return end.sequence() >= sequence ? end : null;
    }

    /** The same, known to have been stored under the leader with that epoch. */
    public IndexSnapshot withEpoch(int known) {
        return new IndexSnapshot(marks, end, newest, last, known);
    }

    /**
     * The same, ending right behind its last message. What lay behind that, like the end of a transaction, need not be
     * what lies there now.
     */
    public IndexSnapshot endingWithLast() {
        List<Mark> before =
                marks.stream().filter(mark -> mark.sequence() <= last).toList();
        return before.isEmpty()
                ? new IndexSnapshot(marks.subList(0, 1), marks.get(0), newest, -1, Chunk.NO_EPOCH)
                : new IndexSnapshot(before, new Mark(end.position(), last + 1), newest, last, epoch);
    }

    /** As text of at most {@code length} characters, one line, with as many marks as fit: many near the end. */
    public String format(PipeId pipe, int length) {
        String head = String.join(
                " ",
                VERSION,
                pipe.topicId(),
                Integer.toString(pipe.number()),
                number(newest),
                number(last),
                Integer.toString(epoch),
                text(end));
        int most = marks.size();
        StringBuilder text = format(head, marks);
        while (text.length() > length && most > 1) {
            most = Math.max(1, (int) Math.min(most * 9L / 10, 2L * most * length / text.length()));
            text = format(head, some(most));
        }
        return text.toString();
    }

    /**
     * About so many marks: half of them spread over all bytes, the others the last ones. The first one is among them.
     */
    private List<Mark> some(int most) {
        List<Mark> chosen = new ArrayList<>();
        int spread = Math.max(1, most / 2);
        int dense = Math.max(1, marks.size() - most / 2);
        long wanted = marks.get(0).position();
        for (int i = 0; i < marks.size(); i++) {
            Mark mark = marks.get(i);
            if (i >= dense || mark.position() >= wanted) {
                chosen.add(mark);
                wanted = Math.max(wanted, mark.position() + 1);
                wanted += bytes() / spread;
            }
        }
        return chosen;
    }

    private static StringBuilder format(String head, List<Mark> marks) {
        StringBuilder text = new StringBuilder(head);
        Mark before = new Mark(0, 0);
        for (Mark mark : marks) {
            // Differences are short.
            Mark step = new Mark(mark.position() - before.position(), mark.sequence() - before.sequence());
            text.append(' ').append(text(step));
            before = mark;
        }
        return text;
    }

    private static String text(Mark mark) {
        return number(mark.position()) + ":" + number(mark.sequence());
    }

    private static String number(long number) {
        return Long.toString(number, Character.MAX_RADIX);
    }

    /** What {@link #format} gave for {@code pipe}; empty for anything else. */
    public static Optional<IndexSnapshot> parse(PipeId pipe, String text) {
        String[] words = text.split(" ", -1);
        if (words.length < 8
                || !words[0].equals(VERSION)
                || !words[1].equals(pipe.topicId())
                || !words[2].equals(Integer.toString(pipe.number()))) {
            return Optional.empty();
        }
        try {
            List<Mark> marks = new ArrayList<>(words.length);
            Mark mark = new Mark(0, 0);
            for (int i = 7; i < words.length; i++) {
                Mark step = mark(words[i]);
                mark = new Mark(
                        Math.addExact(mark.position(), step.position()),
                        Math.addExact(mark.sequence(), step.sequence()));
                marks.add(mark);
            }
            return Optional.of(new IndexSnapshot(
                    marks, mark(words[6]), parseNumber(words[3]), parseNumber(words[4]), Integer.parseInt(words[5])));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Mark mark(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(text);
        }
        return new Mark(parseNumber(text.substring(0, colon)), parseNumber(text.substring(colon + 1)));
    }

    private static long parseNumber(String text) {
        return Long.parseLong(text, Character.MAX_RADIX);
    }
}
