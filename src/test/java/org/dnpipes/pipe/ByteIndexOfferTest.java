package org.dnpipes.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.junit.jupiter.api.Test;

/** What somebody else has indexed, compared with a pipe that is known message by message. */
class ByteIndexOfferTest {
    private static final int MESSAGES = 3000;
    private static final int GAP_EVERY = 97;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    /** The size of each message, line feed included; 0 where a number has none. */
    private final int[] sizes = random.ints(MESSAGES, 1, 1000).toArray();

    ByteIndexOfferTest() {
        for (int i = 0; i < MESSAGES; i += GAP_EVERY) {
            sizes[i] = 0;
        }
    }

    private Chunk chunk(long first, long next) {
        Chunk.Builder builder = new Chunk.Builder(first, 16);
        for (long i = first; i < next; i++) {
            int size = sizes[(int) i];
            if (size > 0) {
                builder.add(i, ByteBuffer.allocate(size - 1), i, (int) (i / 1000));
            }
        }
        return builder.build(next);
    }

    private long bytes(long first, long next) {
        long sum = 0;
        for (long i = first; i < next; i++) {
            sum += sizes[(int) i];
        }
        return sum;
    }

    /** Reads on to {@code next}, in chunks of any length. */
    private void read(ByteIndex index, long next) {
        while (index.end().sequence() < next) {
            long from = index.end().sequence();
            index.extend(chunk(from, Math.min(next, from + 1 + random.nextInt(300))));
        }
    }

    private void assertTrueOf(ByteIndex index) {
        IndexSnapshot known = index.snapshot();
        Mark origin = index.origin();
        for (Mark mark : known.marks()) {
            assertEquals(
                    bytes(origin.sequence(), mark.sequence()),
                    mark.position() - origin.position(),
                    () -> "at " + mark + ", seed " + seed);
        }
        assertEquals(
                bytes(origin.sequence(), known.end().sequence()),
                known.end().position() - origin.position(),
                () -> "at the end, seed " + seed);
        long last = known.last();
        assertEquals(0, bytes(last + 1, known.end().sequence()), () -> "behind the last, seed " + seed);
        assertEquals(true, sizes[(int) last] > 0, () -> "the last, seed " + seed);
    }

    @Test
    void whateverIsOfferedWhenTheIndexIsExactAndGoesAsFar() {
        for (int round = 0; round < 300; round++) {
            int from = random.nextInt(MESSAGES / 2);
            ByteIndex theirs = new ByteIndex(new Mark(random.nextInt(1000), from));
            read(theirs, from + 100 + random.nextInt(MESSAGES - from - 100));
            int start = random.nextInt(MESSAGES / 2);
            ByteIndex mine = new ByteIndex(new Mark(0, start));
            read(mine, start + random.nextInt(400));
            IndexSnapshot offered = theirs.snapshot();
            if (random.nextBoolean()) {
                PipeId pipe = new PipeId("p", "id", 0);
                offered = IndexSnapshot.parse(pipe, offered.format(pipe, 100 + random.nextInt(2000)))
                        .orElseThrow();
            }
            mine.offer(offered.endingWithLast());
            read(mine, MESSAGES - 1);
            assertTrueOf(mine);
            read(mine, MESSAGES);
            assertTrueOf(mine);
        }
    }

    @Test
    void isTakenAtOnceWhereTheIndexEndsAtAMark() {
        ByteIndex theirs = new ByteIndex(new Mark(500, 10));
        read(theirs, 2000);
        ByteIndex mine = new ByteIndex(new Mark(0, 10));
        mine.offer(theirs.snapshot());
        assertEquals(2000, mine.end().sequence());
        assertTrueOf(mine);
    }

    @Test
    void waitsForTheNextMarkIfTheIndexIsSomewhereElse() {
        ByteIndex theirs = new ByteIndex(new Mark(0, 0));
        read(theirs, 2900);
        Mark second = theirs.snapshot().marks().get(1);
        ByteIndex mine = new ByteIndex(new Mark(0, second.sequence() - 20));
        mine.offer(theirs.snapshot());
        assertEquals(second.sequence() - 20, mine.end().sequence());
        mine.extend(chunk(second.sequence() - 20, second.sequence() + 5));
        assertEquals(2900, mine.end().sequence());
        assertTrueOf(mine);
    }

    @Test
    void whatDoesNotGoFurtherIsIgnored() {
        ByteIndex theirs = new ByteIndex(new Mark(0, 0));
        read(theirs, 100);
        ByteIndex mine = new ByteIndex(new Mark(0, 0));
        read(mine, 200);
        mine.offer(theirs.snapshot());
        read(mine, 300);
        assertEquals(300, mine.end().sequence());
        assertTrueOf(mine);
    }

    @Test
    void ownLinesNeedNotBeRead() {
        ByteIndex index = new ByteIndex(new Mark(0, 5));
        index.extend(new Sink.Run(5, 8, 77), 30);
        index.extend(new Sink.Run(9, 10, 78), 30);
        assertEquals(new Mark(30, 8), index.end());
        assertEquals(77, index.newest());
        assertEquals(7, index.snapshot().last());
        assertEquals(Chunk.NO_EPOCH, index.snapshot().epoch());
    }

    @Test
    void lastMessageBearsItsEpoch() {
        ByteIndex index = new ByteIndex(new Mark(0, 990));
        index.extend(chunk(990, 1010));
        assertEquals(1009, index.snapshot().last());
        assertEquals(1, index.snapshot().epoch());
    }

    /** As when a mount writes for long, and what it has written is offered now and then. */
    @Test
    void marksStayEvenlySpreadHoweverOftenMoreIsTakenOver() {
        ByteIndex mine = new ByteIndex(new Mark(0, 0));
        long bytes = 0;
        for (int part = 0; part < 200; part++) {
            ByteIndex written = new ByteIndex(new Mark(0, part * 1000L));
            for (int i = 0; i < 1000; i++) {
                written.extend(new Sink.Run(part * 1000L + i, part * 1000L + i + 1, 0), 64 << 10);
            }
            mine.offer(written.snapshot());
            bytes += 1000L * (64 << 10);
            assertEquals(new Mark(bytes, part * 1000L + 1000), mine.end());
        }
        long farthest = 0;
        for (long position = 0; position < bytes; position += 1_234_567) {
            Mark mark = mine.locate(position);
            assertEquals(mark.sequence() * (64 << 10), mark.position());
            farthest = Math.max(farthest, position - mark.position());
        }
        assertTrue(farthest <= bytes / 1000, "a mark is " + farthest + " of " + bytes + " bytes away");
    }
}
