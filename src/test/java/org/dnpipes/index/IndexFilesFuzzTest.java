package org.dnpipes.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dnpipes.fake.Fuzz;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.IndexSnapshot;
import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of indexes on a disk that gives back something else than was written. */
class IndexFilesFuzzTest {
    private static final PipeId PIPE = new PipeId("p", "AbC-_09", 3);
    private static final IndexSnapshot KNOWN =
            new IndexSnapshot(List.of(new Mark(0, 7), new Mark(100, 9)), new Mark(250, 20), 123, 18, 4);

    @TempDir
    private Path directory;

    @Test
    void damagedFileIsSetAsideAndNeverBelieved() {
        try (IndexFiles files = new IndexFiles(directory)) {
            Fuzz.rounds(random -> {
                files.save(PIPE, KNOWN).orTimeout(10, TimeUnit.SECONDS).join();
                Path file = directory.resolve("AbC-_09.3");
                byte[] right = Files.readAllBytes(file);
                byte[] wrong = damaged(random, right);
                Files.write(file, wrong);
                List<IndexSnapshot> read =
                        files.load(PIPE).orTimeout(10, TimeUnit.SECONDS).join();
                if (Arrays.equals(right, wrong)) {
                    assertEquals(List.of(KNOWN), read);
                    return;
                }
                // A line feed more or less at the end is no damage.
                assertTrue(read.isEmpty() || read.equals(List.of(KNOWN)), () -> "it believes " + read);
                assertEquals(read.isEmpty(), Files.notExists(file), "whether it was set aside");
            });
        }
    }

    private static byte[] damaged(Random random, byte[] right) {
        byte[] wrong = right.clone();
        switch (random.nextInt(5)) {
            case 0 -> wrong = Arrays.copyOf(right, random.nextInt(right.length));
            case 1 -> wrong[random.nextInt(wrong.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> random.nextBytes(wrong);
            case 3 -> Arrays.fill(wrong, random.nextInt(wrong.length), wrong.length, (byte) 0);
            default -> wrong = Arrays.copyOf(right, right.length + 1 + random.nextInt(3_000_000));
        }
        return wrong;
    }
}
