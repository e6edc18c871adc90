package org.dnpipes.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.dnpipes.fake.Fuzz;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.junit.jupiter.api.Test;

/** What is read of kept indexes, which anybody may have written. */
class IndexSnapshotFuzzTest {
    private static final PipeId PIPE = new PipeId("p", "AbC-_09", 3);

    static IndexSnapshot random(Random random) {
        List<Mark> marks = new ArrayList<>();
        long position = random.nextInt(3) - 1L;
        long sequence = random.nextInt(5);
        for (int i = random.nextInt(40); i >= 0; i--) {
            marks.add(new Mark(position, sequence));
            position += random.nextInt(1 << random.nextInt(30));
            sequence += random.nextInt(1 << random.nextInt(20));
        }
        Mark end = new Mark(position, sequence);
        return new IndexSnapshot(
                marks, end, random.nextLong(), random.nextInt(9) == 0 ? -1 : sequence - 1, random.nextInt(9) - 1);
    }

    @Test
    void whatWasPrintedIsReadAgain() {
        Fuzz.rounds(random -> {
            IndexSnapshot snapshot = random(random);
            String text = snapshot.format(PIPE, Integer.MAX_VALUE / 4);
            assertEquals(Optional.of(snapshot), IndexSnapshot.parse(PIPE, text));
            assertEquals(Optional.empty(), IndexSnapshot.parse(new PipeId("p", "AbC-_08", 3), text));
            assertEquals(Optional.empty(), IndexSnapshot.parse(new PipeId("p", "AbC-_09", 2), text));
        });
    }

    @Test
    void whatWasShortenedSaysNothingElse() {
        Fuzz.rounds(random -> {
            IndexSnapshot snapshot = random(random);
            String text = snapshot.format(PIPE, 150 + random.nextInt(400));
            IndexSnapshot read = IndexSnapshot.parse(PIPE, text).orElseThrow();
            assertEquals(
                    new IndexSnapshot(
                            read.marks(), snapshot.end(), snapshot.newest(), snapshot.last(), snapshot.epoch()),
                    read);
            assertTrue(snapshot.marks().containsAll(read.marks()));
            assertEquals(snapshot.marks().get(0), read.marks().get(0));
        });
    }

    /** Whatever is taken for an index is one that could have been written, and counts no negative bytes. */
    @Test
    void damagedTextIsRefusedOrConsistent() {
        Fuzz.rounds(random -> {
            String text = Fuzz.damaged(random, random(random).format(PIPE, 1_000));
            IndexSnapshot.parse(PIPE, text).ifPresent(read -> {
                assertEquals(Optional.of(read), IndexSnapshot.parse(PIPE, read.format(PIPE, Integer.MAX_VALUE / 4)));
                assertTrue(read.bytes() >= 0, () -> read.bytes() + " bytes: " + text);
                assertTrue(read.last() >= -1, () -> "last is " + read.last() + ": " + text);
                assertTrue(read.marks().get(0).sequence() >= 0, text);
            });
        });
    }

    @Test
    void numbersAtTheirLimitsAreRefusedOrConsistent() {
        List<Long> limits =
                List.of(Long.MIN_VALUE, Long.MIN_VALUE + 1, -2L, -1L, 0L, 1L, Long.MAX_VALUE - 1, Long.MAX_VALUE);
        Fuzz.rounds(random -> {
            StringBuilder text = new StringBuilder("dnpipes-index-1 AbC-_09 3");
            text.append(' ').append(Long.toString(Fuzz.oneOf(random, limits), 36));
            text.append(' ')
                    .append(Long.toString(Fuzz.oneOf(random, limits), 36))
                    .append(" 1");
            for (int i = 1 + random.nextInt(3); i >= 0; i--) {
                text.append(' ').append(Long.toString(Fuzz.oneOf(random, limits), 36));
                text.append(':').append(Long.toString(Fuzz.oneOf(random, limits), 36));
            }
            IndexSnapshot.parse(PIPE, text.toString()).ifPresent(read -> {
                assertTrue(read.bytes() >= 0, () -> read.bytes() + " bytes: " + text);
                assertTrue(read.marks().get(0).sequence() >= 0, text::toString);
                assertEquals(Optional.of(read), IndexSnapshot.parse(PIPE, read.format(PIPE, Integer.MAX_VALUE / 4)));
            });
        });
    }
}
