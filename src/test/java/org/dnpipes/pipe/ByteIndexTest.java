package org.dnpipes.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.junit.jupiter.api.Test;

class ByteIndexTest {
    private static Chunk chunk(long first, long next, int bytesEach) {
        Chunk.Builder builder = new Chunk.Builder(first, 16);
        for (long i = first; i < next; i++) {
            builder.add(i, ByteBuffer.allocate(bytesEach - 1), i);
        }
        return builder.build(next);
    }

    @Test
    void startsAndEndsAtItsOrigin() {
        ByteIndex index = new ByteIndex(new Mark(100, 7));
        assertEquals(new Mark(100, 7), index.origin());
        assertEquals(new Mark(100, 7), index.end());
        assertEquals(new Mark(100, 7), index.locate(0));
        assertEquals(0, index.newest());
    }

    @Test
    void growsByChunksThatGoOnWhereItEnds() {
        ByteIndex index = new ByteIndex(new Mark(0, 5));
        index.extend(chunk(5, 8, 10));
        index.extend(chunk(8, 9, 10));
        assertEquals(new Mark(40, 9), index.end());
        assertEquals(8, index.newest());
    }

    @Test
    void ofAChunkThatStartsBeforeItsEndOnlyTheRestCounts() {
        ByteIndex index = new ByteIndex(new Mark(0, 5));
        index.extend(chunk(5, 8, 10));
        index.extend(chunk(6, 10, 10));
        assertEquals(new Mark(50, 10), index.end());
    }

    @Test
    void chunksThatAreKnownOrTooFarAheadChangeNothing() {
        ByteIndex index = new ByteIndex(new Mark(0, 5));
        index.extend(chunk(5, 8, 10));
        index.extend(chunk(5, 8, 10));
        index.extend(chunk(9, 12, 10));
        assertEquals(new Mark(30, 8), index.end());
    }

    @Test
    void chunkWithoutMessagesMovesTheSequenceAlone() {
        ByteIndex index = new ByteIndex(new Mark(0, 5));
        index.extend(new Chunk.Builder(5, 0).build(50));
        assertEquals(new Mark(0, 50), index.end());
    }

    @Test
    void whatIsSkippedTakesNoBytesAndSkippingBackDoesNothing() {
        ByteIndex index = new ByteIndex(new Mark(0, 5));
        index.extend(chunk(5, 8, 10));
        index.removeBefore(100);
        assertEquals(new Mark(30, 100), index.end());
        index.removeBefore(50);
        assertEquals(new Mark(30, 100), index.end());
        index.extend(chunk(100, 101, 10));
        assertEquals(new Mark(40, 101), index.end());
        assertEquals(new Mark(30, 100), index.locate(35));
    }

    @Test
    void locatesTheEndExactly() {
        ByteIndex index = new ByteIndex(new Mark(0, 0));
        index.extend(chunk(0, 3, 10));
        assertEquals(new Mark(30, 3), index.locate(30));
        assertEquals(new Mark(30, 3), index.locate(1000));
    }

    @Test
    void locatesAPlaceAtOrBeforeAPositionAndNotFarFromIt() {
        ByteIndex index = new ByteIndex(new Mark(0, 0));
        for (int i = 0; i < 1000; i++) {
            index.extend(chunk(i, i + 1, 1000));
        }
        for (long position = 0; position < 1_000_000; position += 777) {
            Mark mark = index.locate(position);
            assertEquals(mark.sequence() * 1000, mark.position());
            assertTrue(mark.position() <= position, "position " + position);
            assertTrue(position - mark.position() <= 70_000, "position " + position);
        }
    }

    @Test
    void forgetsMarksWhenThereAreTooManyAndStaysRight() {
        ByteIndex index = new ByteIndex(new Mark(0, 0));
        // Each is worth a mark: far more than it keeps.
        int chunks = 100_000;
        for (int i = 0; i < chunks; i++) {
            index.extend(chunk(i, i + 1, 1 << 16));
        }
        assertEquals(new Mark((long) chunks << 16, chunks), index.end());
        assertEquals(new Mark(0, 0), index.origin());
        long farthest = 0;
        for (long position = 0; position < (long) chunks << 16; position += 7_654_321) {
            Mark mark = index.locate(position);
            assertEquals(mark.sequence() << 16, mark.position());
            assertTrue(mark.position() <= position);
            farthest = Math.max(farthest, position - mark.position());
        }
        // At least 4,096 marks are left of 8,192.
        assertTrue(farthest <= ((long) chunks << 16) / 4096 * 2, "a mark is " + farthest + " bytes away");
    }

    private static long farthestFromAMark(ByteIndex index, long bytesOfTheEnd) {
        long farthest = 0;
        long end = index.end().position();
        for (long position = end - bytesOfTheEnd; position < end; position += 12_345) {
            farthest = Math.max(farthest, position - index.locate(position).position());
        }
        return farthest;
    }

    /** Most look there first, and have to read from the mark before. */
    @Test
    void marksNearTheEndAreCloseHoweverLargeThePipeIs() {
        ByteIndex index = new ByteIndex(new Mark(0, 0));
        for (int i = 0; i < 100_000; i++) {
            index.extend(chunk(i, i + 1, 1 << 16));
            if (i % 1000 == 999) {
                long farthest = farthestFromAMark(index, 7 << 20);
                assertTrue(farthest <= 2 << 16, "of " + (i + 1) + " chunks a mark is " + farthest + " bytes away");
            }
        }
    }

    @Test
    void marksNearTheEndAreCloseAlsoWhereTheyAreTakenOver() {
        ByteIndex known = new ByteIndex(new Mark(0, 0));
        for (int i = 0; i < 100_000; i++) {
            known.extend(chunk(i, i + 1, 1 << 16));
        }
        ByteIndex index = new ByteIndex(new Mark(0, 0));
        index.offer(known.snapshot());
        assertEquals(known.end(), index.end());
        long farthest = farthestFromAMark(index, 7 << 20);
        assertTrue(farthest <= 2 << 16, "a mark is " + farthest + " bytes away");
    }
}
