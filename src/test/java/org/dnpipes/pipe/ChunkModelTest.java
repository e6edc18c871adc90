package org.dnpipes.pipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random chunks against a model that keeps, for every byte, the number of its message. */
class ChunkModelTest {

    @Test
    void behavesAsAPlainListOfBytes() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ChunkModelTest: repeat with -Dseed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            compare(random, "round " + round + " of -Dseed=" + seed);
        }
    }

    private static void compare(Random random, String where) {
        long first = random.nextBoolean() ? random.nextInt(100) : random.nextLong() >>> 2;
        Chunk.Builder builder = new Chunk.Builder(first, random.nextInt(50));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Long> owners = new ArrayList<>();
        long sequence = first;
        long newest = 0;
        int count = random.nextInt(random.nextInt(10) == 0 ? 300 : 6);
        for (int i = 0; i < count; i++) {
            sequence += gap(random);
            byte[] value = new byte[random.nextInt(12)];
            random.nextBytes(value);
            newest = random.nextInt(1000);
            builder.add(sequence, ByteBuffer.wrap(value), newest);
            bytes.writeBytes(value);
            bytes.write('\n');
            for (int b = 0; b <= value.length; b++) {
                owners.add(sequence);
            }
            sequence++;
        }
        long next = sequence + gap(random);
        Chunk chunk = builder.build(next);

        assertEquals(first, chunk.first(), where);
        assertEquals(next, chunk.next(), where);
        assertEquals(count, chunk.count(), where);
        assertEquals(newest, chunk.newest(), where);
        assertEquals(bytes.size(), chunk.length(), where);
        compareSequences(chunk, owners, where);
        comparePositions(chunk, owners, random, where);
        compareBytes(chunk, bytes.toByteArray(), random, where);
    }

    private static void compareSequences(Chunk chunk, List<Long> owners, String where) {
        for (int position = 0; position < owners.size(); position++) {
            assertEquals(owners.get(position), chunk.sequenceAt(position), where);
        }
        assertEquals(chunk.next(), chunk.sequenceAt(owners.size()), where);
    }

    private static void comparePositions(Chunk chunk, List<Long> owners, Random random, String where) {
        List<Long> asked = new ArrayList<>(owners);
        owners.forEach(owner -> asked.addAll(List.of(owner - 1, owner + 1)));
        for (int i = 0; i < 10; i++) {
            asked.add(random.nextLong(chunk.first() - 2, chunk.next() + 3));
        }
        for (long sequence : asked) {
            int position = 0;
            while (position < owners.size() && owners.get(position) < sequence) {
                position++;
            }
            assertEquals(position, chunk.positionOf(sequence), where + ", number " + sequence);
        }
    }

    private static void compareBytes(Chunk chunk, byte[] bytes, Random random, String where) {
        for (int i = 0; i < 5; i++) {
            int from = random.nextInt(bytes.length + 1);
            byte[] target = new byte[random.nextInt(40)];
            int copied = chunk.copyTo(ByteBuffer.wrap(target), from);
            assertEquals(Math.min(target.length, bytes.length - from), copied, where);
            assertArrayEquals(
                    Arrays.copyOfRange(bytes, from, from + copied), Arrays.copyOfRange(target, 0, copied), where);
        }
    }

    private static long gap(Random random) {
        return switch (random.nextInt(20)) {
            case 0 -> random.nextLong(1L << 36);
            case 1, 2, 3 -> random.nextInt(5);
            default -> 0;
        };
    }
}
