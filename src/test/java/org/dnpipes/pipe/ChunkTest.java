package org.dnpipes.pipe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ChunkTest {

    @Test
    void withoutMessagesItOnlyCoversNumbers() {
        Chunk chunk = new Chunk.Builder(5, 0).build(9);
        assertEquals(5, chunk.first());
        assertEquals(9, chunk.next());
        assertEquals(0, chunk.count());
        assertEquals(0, chunk.length());
        assertEquals(0, chunk.newest());
        assertEquals(0, chunk.positionOf(7));
        assertEquals(9, chunk.sequenceAt(0));
        assertEquals(0, chunk.copyTo(ByteBuffer.allocate(10), 0));
    }

    @Test
    void everyMessageIsFollowedByALineFeed() {
        Chunk chunk = chunk(0, "a", "", "bc");
        assertEquals("a\n\nbc\n", text(chunk));
        assertEquals(6, chunk.length());
        assertEquals(3, chunk.count());
    }

    @Test
    void coversItsNumbersAndNoOthers() {
        Chunk chunk = chunk(5, "a", "b");
        assertFalse(chunk.covers(4));
        assertTrue(chunk.covers(5));
        assertTrue(chunk.covers(6));
        assertFalse(chunk.covers(7));
    }

    @Test
    void positionOfANumberIsWhereItsMessageStarts() {
        Chunk chunk = chunk(5, "a", "bcd", "");
        assertEquals(0, chunk.positionOf(5));
        assertEquals(2, chunk.positionOf(6));
        assertEquals(6, chunk.positionOf(7));
    }

    @Test
    void positionOfANumberOutsideIsTheNearerEnd() {
        Chunk chunk = chunk(5, "a", "b");
        assertEquals(0, chunk.positionOf(-1));
        assertEquals(4, chunk.positionOf(7));
        assertEquals(4, chunk.positionOf(Long.MAX_VALUE));
    }

    @Test
    void positionOfAGapIsThatOfTheNextMessage() {
        Chunk chunk = new Chunk.Builder(10, 16)
                .add(12, bytes("a"), 1)
                .add(15, bytes("b"), 2)
                .build(20);
        assertEquals(0, chunk.positionOf(10));
        assertEquals(0, chunk.positionOf(12));
        assertEquals(2, chunk.positionOf(13));
        assertEquals(2, chunk.positionOf(15));
        assertEquals(4, chunk.positionOf(16));
        assertEquals(12, chunk.sequenceAt(0));
        assertEquals(15, chunk.sequenceAt(3));
        assertEquals(20, chunk.sequenceAt(4));
    }

    @Test
    void lineFeedBelongsToItsMessage() {
        Chunk chunk = chunk(5, "a", "b");
        assertEquals(5, chunk.sequenceAt(1));
        assertEquals(6, chunk.sequenceAt(2));
    }

    @Test
    void gapsMayBeWiderThanAnInt() {
        long far = 1L << 40;
        Chunk chunk = new Chunk.Builder(1, 16)
                .add(1, bytes("a"), 1)
                .add(far, bytes("b"), 2)
                .build(2 * far);
        assertEquals(2, chunk.positionOf(2));
        assertEquals(2, chunk.positionOf(1L << 32));
        assertEquals(2, chunk.positionOf(far));
        assertEquals(4, chunk.positionOf(far + 1));
        assertEquals(4, chunk.positionOf(far + (1L << 32) + 1));
        assertEquals(far, chunk.sequenceAt(2));
    }

    @Test
    void newestIsTheTimeOfTheLastMessage() {
        Chunk chunk = new Chunk.Builder(0, 16)
                .add(0, bytes("a"), 9)
                .add(1, bytes("b"), 7)
                .build(2);
        assertEquals(7, chunk.newest());
    }

    @Test
    void copyStopsAtTheEndOfEither() {
        Chunk chunk = chunk(0, "abc", "def");
        ByteBuffer small = ByteBuffer.allocate(3);
        assertEquals(3, chunk.copyTo(small, 1));
        assertEquals("bc\n", new String(small.array(), ISO_8859_1));
        assertEquals(0, chunk.copyTo(small, 1));
        ByteBuffer large = ByteBuffer.allocate(100);
        assertEquals(7, chunk.copyTo(large, 1));
        assertEquals(7, large.position());
        assertEquals(0, chunk.copyTo(large, 8));
    }

    @Test
    void valueIsLeftAsItIs() {
        ByteBuffer value = ByteBuffer.wrap("xxabyy".getBytes(ISO_8859_1), 2, 2);
        ByteBuffer direct = ByteBuffer.allocateDirect(4).put(0, (byte) 'c').limit(1);
        Chunk chunk = new Chunk.Builder(0, 0)
                .add(0, value, 0)
                .add(1, direct.asReadOnlyBuffer(), 0)
                .build(2);
        assertEquals("ab\nc\n", text(chunk));
        assertEquals(2, value.position());
        assertEquals(4, value.limit());
    }

    @Test
    void laterChangesOfTheValueDoNotShow() {
        byte[] value = {'a'};
        Chunk chunk = new Chunk.Builder(0, 0).add(0, ByteBuffer.wrap(value), 0).build(1);
        value[0] = 'b';
        assertEquals("a\n", text(chunk));
    }

    @Test
    void growsFromNothing() {
        int count = 100_000;
        Chunk.Builder builder = new Chunk.Builder(0, 0);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < count; i++) {
            builder.add(i, bytes("message " + i), i);
            expected.append("message ").append(i).append('\n');
        }
        Chunk chunk = builder.build(count);
        assertEquals(count, chunk.count());
        assertArrayEquals(expected.toString().getBytes(ISO_8859_1), text(chunk).getBytes(ISO_8859_1));
        assertEquals(count - 1, chunk.sequenceAt(chunk.length() - 1));
    }

    @Test
    void oneMessageMayBeFarLargerThanExpected() {
        byte[] large = new byte[20_000_000];
        large[19_999_999] = 'z';
        Chunk chunk = new Chunk.Builder(0, 10)
                .add(0, bytes("a"), 0)
                .add(1, ByteBuffer.wrap(large), 0)
                .build(2);
        ByteBuffer end = ByteBuffer.allocate(4);
        assertEquals(2, chunk.copyTo(end, chunk.length() - 2));
        assertEquals("z\n", new String(end.array(), 0, 2, ISO_8859_1));
    }

    private static Chunk chunk(long first, String... values) {
        Chunk.Builder builder = new Chunk.Builder(first, 16);
        long sequence = first;
        for (String value : values) {
            builder.add(sequence++, bytes(value), 1000);
        }
        return builder.build(sequence);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }

    private static String text(Chunk chunk) {
        ByteBuffer bytes = ByteBuffer.allocate(chunk.length());
        assertEquals(chunk.length(), chunk.copyTo(bytes, 0));
        return new String(bytes.array(), ISO_8859_1);
    }
}
