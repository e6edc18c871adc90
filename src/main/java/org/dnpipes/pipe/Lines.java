package org.dnpipes.pipe;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * Lines without their line feeds, all in one piece of memory: the many lines of one large write are one object until
 * each is needed. Immutable; the arrays that the list gives are copies.
 */
public final class Lines extends AbstractList<byte[]> implements RandomAccess {
    /** No lines at all. */
    public static final Lines NONE = new Lines(new byte[0], new int[0]);

    /** The lines one behind the other, with a byte behind each, for its line feed, that belongs to none. */
    private final byte[] bytes;
    /** Where the byte behind each line is. */
    private final int[] ends;

    private final int longest;

    Lines(byte[] bytes, int[] ends) {
        this.bytes = bytes;
        this.ends = ends;
        int most = 0;
        for (int i = 0; i < ends.length; i++) {
            most = Math.max(most, length(i));
        }
        this.longest = most;
    }

    /** These lines, which are copied. */
    public static Lines of(byte[]... lines) {
        int length = 0;
        int[] ends = new int[lines.length];
        for (int i = 0; i < lines.length; i++) {
            ends[i] = Math.addExact(length, lines[i].length);
            length = ends[i] + 1;
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < lines.length; i++) {
            System.arraycopy(lines[i], 0, bytes, ends[i] - lines[i].length, lines[i].length);
        }
        return new Lines(bytes, ends);
    }

    /** These lines, which are copied. */
    public static Lines of(List<byte[]> lines) {
        return of(lines.toArray(byte[][]::new));
    }

    @Override
    public int size() {
        return ends.length;
    }

    /** The line {@code i}, a copy. */
    @Override
    public byte[] get(int i) {
        return Arrays.copyOfRange(bytes, start(i), ends[i]);
    }

    /** How many bytes the line {@code i} has. */
    public int length(int i) {
        return ends[i] - start(i);
    }

    /** How many bytes the longest line has; 0 if there is none. */
    public int longest() {
        return longest;
    }

    /** How many bytes a reader sees of them: a line feed behind each. */
    public long bytes() {
        return ends.length == 0 ? 0 : ends[ends.length - 1] + 1L;
    }

    private int start(int i) {
        return i == 0 ? 0 : ends[i - 1] + 1;
    }
}
