package org.dnpipes.mount;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.dnpipes.pipe.LineFramer;
import org.dnpipes.pipe.LineFramer.Framed;
import org.dnpipes.pipe.Lines;

/**
 * Cuts a stream of bytes into lines, a block at a time: as many lines as have come, without waiting for more. What
 * follows the last line feed is a line too. Keeps no more than a block and a line.
 */
final class ClientLines {
    private final InputStream input;
    private final int longest;
    private final LineFramer framer;
    /** What was read and not cut yet. */
    private final ByteBuffer unread = ByteBuffer.allocate(64 * 1024).limit(0);

    private boolean ended;

    /**
     * Lines of a stream.
     *
     * @param longest in bytes; a longer line ends the reading
     */
    ClientLines(InputStream input, int longest) {
        this.input = input;
        this.longest = longest;
        this.framer = new LineFramer(longest);
    }

    /**
     * The next lines, none at the end of the stream. Waits until there is one.
     *
     * @throws TooLong if a line is too long, when the lines before it have been returned
     */
    Lines next() throws IOException {
        while (!ended) {
            if (!unread.hasRemaining() && !read()) {
                ended = true;
                return framer.takePart().map(Lines::of).orElse(Lines.NONE);
            }
            Framed framed = framer.feed(unread);
            if (framed.tooLong()) {
                throw new TooLong(longest);
            }
            unread.position(unread.position() + framed.taken());
            if (!framed.lines().isEmpty()) {
                return framed.lines();
            }
        }
        return Lines.NONE;
    }

    /** False at the end of the stream. */
    private boolean read() throws IOException {
        int count = input.read(unread.array());
        unread.position(0).limit(Math.max(0, count));
        return count >= 0;
    }

    /** A line that the topic does not accept. */
    static final class TooLong extends IOException {
        TooLong(int longest) {
            super("a line is longer than the " + longest + " bytes that the topic accepts");
        }
    }
}
