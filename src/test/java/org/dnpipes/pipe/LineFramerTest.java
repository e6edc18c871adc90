package org.dnpipes.pipe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

    /** Against the plain way: all the bytes, cut at their line feeds. */
    @Test
    void anyBytesInAnyPiecesAreTheSameLines() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            LineFramer any = new LineFramer(1000);
            StringBuilder text = new StringBuilder();
            List<String> got = new ArrayList<>();
            for (int piece = random.nextInt(10); piece >= 0; piece--) {
                StringBuilder bytes = new StringBuilder();
                for (int i = random.nextInt(60); i > 0; i--) {
                    bytes.append(random.nextInt(4) == 0 ? '\n' : (char) ('a' + random.nextInt(26)));
                }
                ByteBuffer data = ByteBuffer.allocateDirect(bytes.length() + 2);
                data.position(1)
                        .put(bytes.toString().getBytes(ISO_8859_1))
                        .limit(data.position())
                        .position(1);
                Framed framed = any.feed(data);
                assertEquals(bytes.length(), framed.taken());
                assertEquals(1, data.position());
                framed.lines().forEach(line -> got.add(new String(line, ISO_8859_1)));
                text.append(bytes);
            }
            any.takePart().ifPresent(part -> got.add(new String(part, ISO_8859_1)));
            assertEquals(text.toString().lines().toList(), got);
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
