package org.dnpipes.pipe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Test
    void linesAreWhatTheyWere() {
        Lines lines = Lines.of(List.of(bytes("a"), bytes(""), bytes("bcd")));
        assertEquals(3, lines.size());
        assertArrayEquals(bytes("a"), lines.get(0));
        assertArrayEquals(bytes(""), lines.get(1));
        assertArrayEquals(bytes("bcd"), lines.get(2));
        assertEquals(List.of(1, 0, 3), List.of(lines.length(0), lines.length(1), lines.length(2)));
        assertEquals(3, lines.longest());
        assertEquals("a\n\nbcd\n".length(), lines.bytes());
    }

    @Test
    void noLinesHaveNoBytes() {
        assertTrue(Lines.NONE.isEmpty());
        assertEquals(0, Lines.NONE.bytes());
        assertEquals(0, Lines.NONE.longest());
    }

    @Test
    void whatItGivesIsACopy() {
        Lines lines = Lines.of(bytes("abc"));
        lines.get(0)[0] = 'x';
        assertNotSame(lines.get(0), lines.get(0));
        assertArrayEquals(bytes("abc"), lines.get(0));
    }
}
