package org.dnpipes.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.IndexSnapshot;
import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexFilesTest {
    private static final PipeId PIPE = new PipeId("p", "AbC-_09", 3);
    private static final IndexSnapshot KNOWN =
            new IndexSnapshot(List.of(new Mark(0, 7), new Mark(100, 9)), new Mark(250, 20), 123, 18, 4);

    @TempDir
    private Path temporary;

    private Path directory;
    private IndexFiles files;

    @BeforeEach
    void open() {
        directory = temporary.resolve("some/index");
        files = new IndexFiles(directory);
    }

    @AfterEach
    void close() {
        files.close();
    }

    private static <T> T answer(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private Path onlyFile() throws IOException {
        try (var all = Files.list(directory)) {
            List<Path> found = all.toList();
            assertEquals(1, found.size(), found::toString);
            return found.get(0);
        }
    }

    @Test
    void givesBackWhatWasKept() throws IOException {
        assertEquals(List.of(), answer(files.load(PIPE)));
        answer(files.save(PIPE, KNOWN));
        assertEquals(List.of(KNOWN), answer(files.load(PIPE)));
        assertEquals(List.of(), answer(files.load(new PipeId("p", "AbC-_09", 4))));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(onlyFile())));
        try (IndexFiles others = new IndexFiles(directory)) {
            assertEquals(List.of(KNOWN), answer(others.load(PIPE)));
        }
    }

    @Test
    void keepsTheNewestAlone() throws IOException {
        answer(files.save(PIPE, KNOWN));
        answer(files.save(PIPE, KNOWN.withEpoch(9)));
        assertEquals(List.of(KNOWN.withEpoch(9)), answer(files.load(PIPE)));
        onlyFile();
    }

    @Test
    void setsAsideWhatIsNotAsItWasWritten() throws IOException {
        answer(files.save(PIPE, KNOWN));
        Path file = onlyFile();
        String whole = Files.readString(file);
        for (String damaged : List.of(
                "",
                "x",
                "\0\0\0",
                whole.substring(0, whole.length() - 2),
                whole.replaceFirst(" 4 ", " 5 "),
                whole + whole,
                "y".repeat(3 << 20))) {
            Files.writeString(file, damaged);
            assertEquals(List.of(), answer(files.load(PIPE)));
            assertFalse(Files.exists(file));
            assertTrue(Files.exists(file.resolveSibling(file.getFileName() + ".bad")));
            answer(files.save(PIPE, KNOWN));
            assertEquals(List.of(KNOWN), answer(files.load(PIPE)));
        }
    }

    @Test
    void ofTwoManyFilesTheOldestGo() throws IOException {
        for (int i = 0; i < 5; i++) {
            PipeId pipe = new PipeId("p", "id" + i, 0);
            answer(files.save(pipe, KNOWN));
            Files.setLastModifiedTime(directory.resolve("id" + i + ".0"), FileTime.fromMillis(1_000_000L * (9 - i)));
        }
        files.sweep(2, Long.MAX_VALUE);
        for (int i = 0; i < 5; i++) {
            assertEquals(i < 2, Files.exists(directory.resolve("id" + i + ".0")), "file " + i);
        }
        // However few they are.
        files.sweep(2, Files.size(directory.resolve("id0.0")) + 1);
        assertTrue(Files.exists(directory.resolve("id0.0")));
        assertFalse(Files.exists(directory.resolve("id1.0")));
    }

    @Test
    void fileThatVanishesDoesNotEndTheSweep() throws IOException {
        for (int i = 0; i < 3; i++) {
            answer(files.save(new PipeId("p", "id" + i, 0), KNOWN));
            Files.setLastModifiedTime(directory.resolve("id" + i + ".0"), FileTime.fromMillis(1_000_000L * (9 - i)));
        }
        // It is listed, and not there when it is looked at.
        Files.createSymbolicLink(directory.resolve("id3.0"), directory.resolve("nowhere"));
        files.sweep(1, Long.MAX_VALUE);
        for (int i = 0; i < 3; i++) {
            assertEquals(i < 1, Files.exists(directory.resolve("id" + i + ".0")), "file " + i);
        }
    }

    @Test
    void directoryThatCannotBeMadeIsAFailureToKeepAndNothingElse() throws IOException {
        Files.createDirectories(directory.getParent());
        Files.writeString(directory, "in the way");
        assertEquals(List.of(), answer(files.load(PIPE)));
        assertThrows(CompletionException.class, () -> answer(files.save(PIPE, KNOWN)));
    }
}
