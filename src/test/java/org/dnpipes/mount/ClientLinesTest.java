package org.dnpipes.mount;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClientLinesTest {
    @Test
    void aLineIsWhatStandsBetweenLineFeeds() throws IOException {
        assertEquals(List.of("a", "", "b"), all("a\n\nb\n", 10));
    }

    @Test
    void whatFollowsTheLastLineFeedIsALine() throws IOException {
        assertEquals(List.of("a", "b"), all("a\nb", 10));
        assertEquals(List.of(), all("", 10));
        assertEquals(List.of(""), all("\n", 10));
    }

    @Test
    void everyOtherByteIsKept() throws IOException {
        assertEquals(List.of("\0\r\u00ff", "\u0080"), all("\0\r\u00ff\n\u0080", 10));
    }

    @Test
    void aLineMayBeAsLongAsTheLimit() throws IOException {
        assertEquals(List.of("12345", "54321"), all("12345\n54321", 5));
    }

    @Test
    void theLinesBeforeATooLongOneComeFirst() throws IOException {
        ClientLines lines = lines("a\nb\n123456\nc\n", 5);
        assertEquals(List.of("a", "b"), texts(lines.next()));
        assertThrows(ClientLines.TooLong.class, lines::next);
    }

    @Test
    void aTooLongLineIsNotCollectedToItsEnd() throws IOException {
        ClientLines lines = new ClientLines(new Endless(), 1 << 20);
        assertThrows(ClientLines.TooLong.class, lines::next);
    }

    @Test
    void linesAreTheSameHoweverTheyArrive() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String line = "x".repeat(random.nextInt(2000));
            expected.add(line);
            text.append(line).append('\n');
        }
        InputStream pieces = new ByteArrayInputStream(text.toString().getBytes(ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] target, int from, int length) {
                return super.read(target, from, Math.min(length, 1 + random.nextInt(3000)));
            }
        };
        assertEquals(expected, all(new ClientLines(pieces, 2000)), "seed " + seed);
    }

    private static List<String> all(String text, int longest) throws IOException {
        return all(lines(text, longest));
    }

    private static List<String> all(ClientLines lines) throws IOException {
        List<String> all = new ArrayList<>();
        for (List<byte[]> some = lines.next(); !some.isEmpty(); some = lines.next()) {
            all.addAll(texts(some));
        }
        return all;
    }

    private static ClientLines lines(String text, int longest) {
        return new ClientLines(new ByteArrayInputStream(text.getBytes(ISO_8859_1)), longest);
    }

    private static List<String> texts(List<byte[]> lines) {
        return lines.stream().map(line -> new String(line, ISO_8859_1)).toList();
    }

    private static final class Endless extends InputStream {
        @Override
        public int read() {
            return 'x';
        }

        @Override
        public int read(byte[] target, int from, int length) {
            return length;
        }
    }
}
