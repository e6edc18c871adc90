package org.dnpipes.mount;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.dnpipes.fuse.MountTable;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;

/** The directory where something is to be mounted, and whether that is possible. */
final class Mountpoint {
    private Mountpoint() {}

    /**
     * The absolute path, without symbolic links, of a directory that is empty and on which no pipes are mounted. What a
     * daemon that was killed has left there is taken away first.
     */
    static Path prepare(Path given) {
        Path path = real(given);
        Optional<MountTable.Entry> present = MountTable.at(path).filter(MountTable.Entry::isOurs);
        if (present.isPresent()) {
            takeAway(present.get());
        }
        requireEmptyDirectory(path);
        return path;
    }

    /** Like toRealPath, but asks nothing of the last part: a dead mount there answers no question. */
    private static Path real(Path given) {
        Path absolute = given.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (parent == null) {
            throw new PipeFailure(Reason.FAILED, "pipes cannot be mounted at " + absolute);
        }
        try {
            return Files.isSymbolicLink(absolute)
                    ? absolute.toRealPath()
                    : parent.toRealPath().resolve(absolute.getFileName());
        } catch (IOException e) {
            throw new PipeFailure(Reason.FAILED, "there is no directory " + given + "; make it first", e);
        }
    }

    private static void takeAway(MountTable.Entry present) {
        Path path = present.mountpoint();
        if (!MountTable.isDead(path)) {
            throw new PipeFailure(
                    Reason.FAILED, path + " is mounted already; dnpipes umount " + path + " would unmount it");
        }
        MountTable.detach(present).ifPresent(why -> {
            throw new PipeFailure(
                    Reason.FAILED, path + " was left by a daemon that is gone, and cannot be unmounted: " + why);
        });
    }

    private static void requireEmptyDirectory(Path path) {
        if (!Files.isDirectory(path)) {
            throw new PipeFailure(
                    Reason.FAILED,
                    Files.exists(path)
                            ? path + " is not a directory"
                            : "there is no directory " + path + "; make it first");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            if (entries.iterator().hasNext()) {
                throw new PipeFailure(Reason.FAILED, path + " is not empty; pipes would hide what is in it");
            }
        } catch (IOException e) {
            throw new PipeFailure(Reason.FAILED, path + " cannot be read: " + e.getMessage(), e);
        }
    }
}
