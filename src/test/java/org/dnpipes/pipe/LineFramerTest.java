package org.dnpipes.pipe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.dnpipes.pipe.LineFramer.Framed;
import org.junit.jupiter.api.Test;

class LineFramerTest {
    private static final int LONGEST = 5;

    private final LineFramer framer = new LineFramer(LONGEST);
    private final List<String> lines = new ArrayList<>();

    private Framed feed(String bytes, boolean goesOn) {
        Framed framed = framer.feed(ByteBuffer.wrap(bytes.getBytes(ISO_8859_1)), goesOn);
        framed.lines().forEach(line -> lines.add(new String(line, ISO_8859_1)));
        return framed;
    }

    /**
     * One write(2) as the kernel makes it of requests: it stops at the first that fails or is not taken as a whole, and
     * tells of the failure only if nothing was taken before. Returns how many bytes were taken, -1 for a failure.
     */
    private int write(String bytes, int piece) {
        int taken = 0;
        while (taken < bytes.length()) {
            String next = bytes.substring(taken, Math.min(bytes.length(), taken + piece));
            Framed framed = feed(next, taken > 0);
            if (framed.tooLong()) {
                return taken == 0 ? -1 : taken;
            }
            taken += framed.taken();
            if (framed.taken() < next.length()) {
                return taken;
            }
        }
        return taken;
    }

    @Test
    void linesAreCutHoweverTheyCome() {
        for (int piece = 1; piece < 12; piece++) {
            lines.clear();
            assertEquals(11, write("a\n\nbcd\nxyz\n", piece));
            assertEquals(List.of("a", "", "bcd", "xyz"), lines);
            assertFalse(framer.holdsPart());
        }
    }

    /** A program that writes all it has, goes on after a short count, and skips the line after an error. */
    @Test
    void noPartOfATooLongLineIsALineHoweverItIsCutIntoRequests() {
        String text = "ab\n0123456789012345\ncd\nef\n";
        for (int piece = 3; piece <= text.length(); piece++) {
            lines.clear();
            String left = text;
            int failures = 0;
            while (!left.isEmpty()) {
                int taken = write(left, piece);
                failures += taken < 0 ? 1 : 0;
                left = taken < 0 ? left.substring(left.indexOf('\n') + 1) : left.substring(taken);
            }
            // Its line feed may have been in a piece that never came: then the next write is refused as well.
            assertTrue(failures > 0, "no failure with pieces of " + piece);
            assertTrue(
                    lines.equals(List.of("ab", "cd", "ef")) || lines.equals(List.of("ab", "ef")), lines + ", " + piece);
        }
    }

    @Test
    void restThatIsWrittenAgainAfterAShortCountIsRefusedAndNotTakenForALine() {
        assertEquals(4, write("0123456\n", 4));
        assertEquals(-1, write("456\n", 4));
        assertEquals(3, write("cd\n", 4));
        assertEquals(List.of("cd"), lines);
    }

    @Test
    void lineThatEndsWithinTheCallThatFailsIsOver() {
        assertEquals(-1, write("0123456\n", 100));
        assertEquals(3, write("cd\n", 100));
        assertEquals(List.of("cd"), lines);
    }

    @Test
    void whatWasBegunBeforeARestoredStateIsThereAgain() {
        write("ab", 100);
        LineFramer.State before = framer.state();
        write("cd\nef", 100);
        framer.restore(before);
        write("x\n", 100);
        assertEquals(List.of("abcd", "abx"), lines);
        assertFalse(framer.holdsPart());
    }
}
