package org.dnpipes.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file system in memory, for the messages of one broker. It outlives the broker, and can be filled up. */
final class Disk implements AutoCloseable {
    private static final int MEBIBYTES = 256;

    private final Path path;

    private Disk(Path path) {
        this.path = path;
    }

    static Disk mount(Path path) throws IOException {
        Files.createDirectory(path);
        Bridge.run("mount", "-t", "tmpfs", "-o", "mode=777,size=" + MEBIBYTES + "m", "dnpipes-test", path.toString());
        return new Disk(path);
    }

    Path path() {
        return path;
    }

    /** Takes all room that is left. */
    void fill() throws IOException {
        byte[] block = new byte[64 * 1024];
        try (OutputStream filler = Files.newOutputStream(filler())) {
            for (int i = 0; i < MEBIBYTES * 16 + 1; i++) {
                filler.write(block);
            }
        } catch (IOException full) {
            if (Files.getFileStore(path).getUsableSpace() > 0) {
                throw full;
            }
        }
    }

    /** Gives back what {@link #fill} has taken. */
    void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return path.resolve("filler");
    }

    @Override
    public void close() throws IOException {
        Bridge.run("umount", path.toString());
        Files.delete(path);
    }
}
