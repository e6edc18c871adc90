package org.dnpipes.index;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.dnpipes.files.PrivateDirectory;
import org.dnpipes.pipe.IndexSnapshot;
import org.dnpipes.pipe.IndexStore;
import org.dnpipes.pipe.PipeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file for each pipe, in a directory that belongs to one user: what is known of the pipe in one line, and a checksum
 * in another. A file is replaced as a whole. One that is not as it should be is set aside, and never looked at again.
 * The files can be deleted at any time. Safe for use by many threads and processes.
 */
public final class IndexFiles implements IndexStore, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(IndexFiles.class);

    private static final int LONGEST = 1 << 20;
    private static final int MOST_FILES = 10_000;
    private static final long MOST_BYTES = 256L << 20;
    /** So many files are written before it is looked again whether there are too many. */
    private static final int SWEEP_EVERY = 1000;

    private static final int MOST_WAITING = 1000;
    private static final String SET_ASIDE = ".bad";

    private final Path directory;
    private final ExecutorService worker;
    /** Used by the worker alone. */
    private int written;

    /** @param directory is made when it is first needed */
    public IndexFiles(Path directory) {
        this.directory = directory;
        this.worker =
                new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), task -> {
                    Thread thread = new Thread(task, "dnpipes-index");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public CompletableFuture<List<IndexSnapshot>> load(PipeId pipe) {
        return done(() -> read(pipe).stream().toList());
    }

    @Override
    public CompletableFuture<Void> save(PipeId pipe, IndexSnapshot snapshot) {
        return done(() -> {
            try {
                write(pipe, snapshot);
                return null;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot keep the index of " + pipe + " in " + directory, e);
            }
        });
    }

    private <V> CompletableFuture<V> done(Supplier<V> task) {
        try {
            return CompletableFuture.supplyAsync(task, worker);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Path file(PipeId pipe) {
        // Topic ids of Kafka are unique everywhere; what they consist of is fit for the name of a file.
        return directory.resolve(pipe.topicId() + "." + pipe.number());
    }

    private Optional<IndexSnapshot> read(PipeId pipe) {
        Path file = file(pipe);
        if (!PrivateDirectory.exists(directory)) {
            return Optional.empty();
        }
        try {
            if (Files.size(file) > 2L * LONGEST) {
                setAside(file);
                return Optional.empty();
            }
            List<String> lines = Files.readAllLines(file, ISO_8859_1);
            Optional<IndexSnapshot> found = lines.size() == 2 && lines.get(1).equals(checksum(lines.get(0)))
                    ? IndexSnapshot.parse(pipe, lines.get(0))
                    : Optional.empty();
            if (found.isEmpty()) {
                setAside(file);
            }
            return found;
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            log.debug("{} cannot be read", file, e);
            return Optional.empty();
        }
    }

    private static void setAside(Path file) throws IOException {
        log.info("{} is not as it was written: it is set aside", file);
        Files.move(file, file.resolveSibling(file.getFileName() + SET_ASIDE), REPLACE_EXISTING);
    }

    private void write(PipeId pipe, IndexSnapshot snapshot) throws IOException {
        PrivateDirectory.create(directory);
        String line = snapshot.format(pipe, LONGEST);
        // Readable for its owner alone.
        Path temporary = Files.createTempFile(directory, "new", null);
        try {
            Files.writeString(temporary, line + "\n" + checksum(line) + "\n", ISO_8859_1);
            Files.move(temporary, file(pipe), ATOMIC_MOVE, REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        if (written++ % SWEEP_EVERY == 0) {
            sweep(MOST_FILES, MOST_BYTES);
        }
    }

    private record Kept(Path path, FileTime time, long bytes) {}

    /**
     * Deletes the files that were written the longest time ago, so that only so many are left, with so many bytes.
     * Whatever lies there counts, also what was set aside, and what a process that was killed has begun.
     */
    void sweep(int mostFiles, long mostBytes) throws IOException {
        List<Kept> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                look(file).ifPresent(files::add);
            }
        } catch (NoSuchFileException e) {
            // Somebody has deleted all of it.
            return;
        }
        files.sort(Comparator.comparing(Kept::time).reversed());
        long bytes = 0;
        int count = 0;
        for (Kept file : files) {
            bytes += file.bytes();
            if (++count > mostFiles || bytes > mostBytes) {
                Files.deleteIfExists(file.path());
            }
        }
    }

    /** Empty if it is not there any more: other processes write and sweep, too. */
    private static Optional<Kept> look(Path file) throws IOException {
        try {
            return Optional.of(new Kept(file, Files.getLastModifiedTime(file), Files.size(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static String checksum(String line) {
        CRC32 sum = new CRC32();
        sum.update(line.getBytes(ISO_8859_1));
        return Long.toHexString(sum.getValue());
    }

    /** What was asked for before is done, within a second. */
    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(1, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
