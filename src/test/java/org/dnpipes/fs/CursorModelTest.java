package org.dnpipes.fs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.Chunk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random reads, seeks, appends and resets against a pipe that is one plain string of bytes. */
@Timeout(120)
class CursorModelTest {
    private static final int ROUNDS = 200;
    private static final int OPERATIONS = 1000;

    @Test
    void readsWhatAPlainStringOfBytesHolds() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("CursorModelTest: repeat with -Dseed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Model model = new Model(random, "round " + round + " of -Dseed=" + seed);
            for (int i = 0; i < OPERATIONS; i++) {
                model.step();
            }
        }
    }

    /** A pipe with one reader. */
    private static final class Model {
        private final Random random;
        private final String where;
        /** All messages since the last reset, at their sequence numbers, null for gaps. */
        private final List<String> messages = new ArrayList<>();

        private long first;
        /** The first message that is left, and its position. */
        private long left;

        private int head;
        private final StringBuilder bytes = new StringBuilder();
        private ByteIndex index;
        private Cursor cursor;
        private int position;

        Model(Random random, String where) {
            this.random = random;
            this.where = where;
            this.first = random.nextInt(1000);
            this.left = first;
            this.index = new ByteIndex(new Mark(0, first));
            this.cursor = Cursor.at(index, new Mark(0, first));
            append(random.nextInt(40));
        }

        void step() {
            switch (random.nextInt(40)) {
                case 0 -> append(1 + random.nextInt(4));
                case 1, 2, 3, 4, 5, 6, 7 -> position = head + random.nextInt(bytes.length() + 3 - head);
                case 8, 9 -> position = Math.max(head, position - random.nextInt(20));
                case 10 -> indexAll();
                case 11 -> cursor.release();
                case 12 -> reset();
                case 13 -> retain();
                default -> read(1 + random.nextInt(random.nextInt(8) == 0 ? 200 : 12));
            }
        }

        private void append(int count) {
            for (int i = 0; i < count; i++) {
                if (random.nextInt(6) == 0) {
                    messages.add(null);
                    continue;
                }
                String message = "x".repeat(random.nextInt(9)) + messages.size();
                messages.add(message);
                bytes.append(message).append('\n');
            }
        }

        /** Rarely, so that pipes grow in between. */
        private void reset() {
            if (random.nextInt(20) == 0) {
                first += messages.size();
                messages.clear();
                left = first;
                head = 0;
                bytes.setLength(0);
                index = new ByteIndex(new Mark(0, first));
                cursor = Cursor.at(index, new Mark(0, first));
                position = 0;
            }
        }

        /** Removes some of the head. What is left keeps its positions, and all that is looked at later is there. */
        private void retain() {
            long end = first + messages.size();
            long from = left + random.nextInt(4);
            if (from >= end || random.nextInt(5) > 0) {
                return;
            }
            // What nobody has counted before it is removed would take no bytes.
            indexAll();
            left = from;
            index.removeBefore(left);
            head = bytesBefore(left);
            index.anchor(new Mark(head, left));
            assertEquals(new Mark(head, left), index.head(), where);
            position = head + random.nextInt(bytes.length() + 1 - head);
            if (cursor.sequence() < left) {
                // A reader finds out that what it stands at is gone, also if that had no bytes.
                cursor = Cursor.at(index, new Mark(head, left));
            }
        }

        private int bytesBefore(long sequence) {
            int before = 0;
            for (int i = 0; i < sequence - first; i++) {
                before += messages.get(i) == null ? 0 : messages.get(i).length() + 1;
            }
            return before;
        }

        /** As a stat does. */
        private void indexAll() {
            long end = first + messages.size();
            while (index.end().sequence() < end) {
                index.extend(chunk(index.end().sequence()));
            }
            assertEquals(bytes.length(), index.end().position(), where);
            assertTrue(
                    index.locate(head + random.nextInt(bytes.length() + 1 - head))
                                    .sequence()
                            <= end,
                    where);
        }

        private void read(int length) {
            if (position != cursor.position()) {
                cursor.seek(position, new Positions(index, 0));
            }
            assertEquals(position, cursor.position(), where);
            ByteBuffer target = ByteBuffer.allocate(length);
            boolean cut = false;
            while (target.hasRemaining() && hasBytes()) {
                cursor.copyTo(target);
                if (random.nextInt(20) == 0 && target.position() > 0) {
                    target.position(target.position() - 1);
                    cursor.unread(1);
                    cut = true;
                    break;
                }
            }
            String got = ISO_8859_1.decode(target.flip()).toString();
            int from = Math.min(position, bytes.length());
            assertEquals(bytes.substring(from, from + got.length()), got, where + " at " + position);
            assertTrue(cut || got.length() == Math.min(length, bytes.length() - from), where + " at " + position);
            position += got.length();
            assertEquals(position, cursor.position(), where);
        }

        private boolean hasBytes() {
            while (cursor.available() == 0) {
                if (cursor.sequence() >= first + messages.size()) {
                    return false;
                }
                cursor.take(chunk(cursor.sequence()));
            }
            return true;
        }

        /** A chunk that covers {@code sequence}; like one from a cache, it may start before. */
        private Chunk chunk(long sequence) {
            assertTrue(sequence >= left, where);
            long from = Math.max(left, sequence - random.nextInt(3));
            long next = Math.min(first + messages.size(), sequence + 1 + random.nextInt(6));
            Chunk.Builder builder = new Chunk.Builder(from, 16);
            for (long i = from; i < next; i++) {
                String message = messages.get((int) (i - first));
                if (message != null) {
                    builder.add(i, ByteBuffer.wrap(message.getBytes(ISO_8859_1)), i);
                }
            }
            return builder.build(next);
        }
    }
}
