package org.dnpipes.mount;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a stream of bytes into lines, a block at a time: as many lines as have come, without waiting for more. What
 * follows the last line feed is a line too. Keeps no more than a block and a line.
 */
final class ClientLines {
    private final InputStream input;
    private final int longest;
    private final byte[] block = new byte[64 * 1024];
    private byte[] part = new byte[0];
    private boolean ended;

    /**
     * Lines of a stream.
     *
     * @param longest in bytes; a longer line ends the reading
     */
    ClientLines(InputStream input, int longest) {
        this.input = input;
        this.longest = longest;
    }

    /**
     * The next lines, none at the end of the stream. Waits until there is one.
     *
     * @throws TooLong if a line is too long, when the lines before it have been returned
     */
    List<byte[]> next() throws IOException {
        List<byte[]> lines = new ArrayList<>();
        while (lines.isEmpty() && !ended) {
            if (part.length > longest) {
                throw new TooLong(longest);
            }
            int count = input.read(block);
            if (count < 0) {
                ended = true;
                if (part.length > 0) {
                    lines.add(part);
                }
            } else {
                cut(count, lines);
            }
        }
        return lines;
    }

    private void cut(int count, List<byte[]> lines) {
        int start = 0;
        for (int i = 0; i < count; i++) {
            if (block[i] == '\n') {
                byte[] line = joined(start, i);
                part = new byte[0];
                start = i + 1;
                if (line.length > longest) {
                    // Found again by the next call, when the good lines before it are on their way.
                    part = line;
                    return;
                }
                lines.add(line);
            }
        }
        part = joined(start, count);
    }

    private byte[] joined(int from, int to) {
        byte[] line = Arrays.copyOf(part, part.length + to - from);
        System.arraycopy(block, from, line, part.length, to - from);
        return line;
    }

    /** A line that the topic does not accept. */
    static final class TooLong extends IOException {
        TooLong(int longest) {
            super("a line is longer than the " + longest + " bytes that the topic accepts");
        }
    }
}
