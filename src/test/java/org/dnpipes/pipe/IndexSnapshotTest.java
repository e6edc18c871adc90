package org.dnpipes.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.junit.jupiter.api.Test;

class IndexSnapshotTest {
    private static final PipeId PIPE = new PipeId("p", "AbC-_09", 3);
    private static final IndexSnapshot SMALL =
            new IndexSnapshot(List.of(new Mark(0, 7), new Mark(100, 9)), new Mark(250, 20), 1_700_000_000_123L, 18, 4);

    private static IndexSnapshot large(int marks) {
        List<Mark> some = new ArrayList<>();
        for (int i = 0; i < marks; i++) {
            some.add(new Mark(65_536L * i, 600L * i));
        }
        return new IndexSnapshot(some, new Mark(65_536L * marks, 600L * marks), 5, 600L * marks - 1, 0);
    }

    @Test
    void isReadAsItWasWritten() {
        assertEquals(Optional.of(SMALL), IndexSnapshot.parse(PIPE, SMALL.format(PIPE, 4000)));
        assertEquals(
                Optional.of(large(8000)), IndexSnapshot.parse(PIPE, large(8000).format(PIPE, 1 << 20)));
    }

    @Test
    void fitsByLeavingOutMarksAndNothingElse() {
        IndexSnapshot large = large(8000);
        String text = large.format(PIPE, 4000);
        assertTrue(text.length() <= 4000, text.length() + " characters");
        assertTrue(text.length() > 2000, "only " + text.length() + " characters");
        IndexSnapshot read = IndexSnapshot.parse(PIPE, text).orElseThrow();
        assertTrue(large.marks().containsAll(read.marks()));
        assertEquals(large.marks().get(0), read.marks().get(0));
        assertEquals(large.end(), read.end());
        // Whoever wants the last lines does not read much for them.
        Mark nearest = read.marks().get(read.marks().size() - 1);
        assertTrue(large.end().position() - nearest.position() <= 4 * 65_536, "the last mark is " + nearest);
    }

    @Test
    void ofAnotherPipeIsNothing() {
        String text = SMALL.format(PIPE, 4000);
        assertEquals(Optional.empty(), IndexSnapshot.parse(new PipeId("p", "AbC-_09", 2), text));
        assertEquals(Optional.empty(), IndexSnapshot.parse(new PipeId("p", "AbC-_08", 3), text));
        assertEquals(Optional.of(SMALL), IndexSnapshot.parse(new PipeId("renamed", "AbC-_09", 3), text));
    }

    @Test
    void whatIsNoIndexIsNothing() {
        for (String text : List.of(
                "", " ", "hello", "dnpipes-index-2 AbC-_09 3 1 1 1 1:1 0:0", "dnpipes-index-1 AbC-_09 3 1 1 1 1:1")) {
            assertEquals(Optional.empty(), IndexSnapshot.parse(PIPE, text), text);
        }
    }

    /** Whatever happens to its text, it is refused or makes sense. */
    @Test
    void damagedTextDoesNoHarm() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String text = SMALL.format(PIPE, 4000);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder damaged = new StringBuilder(text);
            for (int n = random.nextInt(3); n >= 0; n--) {
                damaged.setCharAt(random.nextInt(damaged.length()), (char) (' ' + random.nextInt(95)));
            }
            damaged.setLength(damaged.length() - random.nextInt(3));
            IndexSnapshot.parse(PIPE, damaged.toString())
                    .ifPresent(read -> assertTrue(
                            read.bytes() >= 0 && read.last() < read.end().sequence(),
                            () -> damaged + ", seed " + seed));
        }
    }

    @Test
    void endsWithItsLastMessageIfToldSo() {
        assertEquals(
                new IndexSnapshot(SMALL.marks(), new Mark(250, 19), SMALL.newest(), 18, 4), SMALL.endingWithLast());
        IndexSnapshot gaps = new IndexSnapshot(List.of(new Mark(0, 5), new Mark(0, 30)), new Mark(0, 40), 0, -1, -1);
        assertEquals(new Mark(0, 5), gaps.endingWithLast().end());
    }

    @Test
    void marksOutOfOrderAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new IndexSnapshot(List.of(new Mark(5, 5), new Mark(4, 6)), new Mark(9, 9), 0, 1, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new IndexSnapshot(List.of(new Mark(5, 5)), new Mark(4, 9), 0, 1, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new IndexSnapshot(List.of(new Mark(5, 5)), new Mark(9, 9), 0, 9, 0));
    }
}
