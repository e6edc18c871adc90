package org.dnpipes.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a process keeps files: a directory of its own user to which nobody else can write. In any other one somebody
 * could have put a link under the name of a file that is going to be written, or change what is read later.
 */
public final class PrivateDirectory {
    private static final int WRITABLE_FOR_OTHERS = 0022;

    private PrivateDirectory() {}

    /**
     * Makes the directory, and those above it, for the owner alone, unless it is there.
     *
     * @throws DirectoryFailure if it is there and is not private, or cannot be made
     */
    public static Path create(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, asFileAttribute(fromString("rwx------")));
            }
            objection(directory, self()).ifPresent(sentence -> {
                throw new DirectoryFailure(sentence, null);
            });
            return directory;
        } catch (FileAlreadyExistsException e) {
            throw new DirectoryFailure(e.getFile() + " is not a directory; move it away", e);
        } catch (IOException e) {
            throw new DirectoryFailure("cannot make the directory " + directory + " (" + e + ")", e);
        }
    }

    /** Whether the directory is there and private. */
    public static boolean exists(Path directory) {
        try {
            return isOf(self(), directory);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the directory is there and private to {@code user}. */
    public static boolean isOf(int user, Path directory) {
        try {
            return Files.isDirectory(directory) && objection(directory, user).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private static int self() throws IOException {
        return number(Path.of("/proc/self"), "uid");
    }

    /** What is wrong with it. A link counts as what it leads to, if it is its user's own. */
    private static Optional<String> objection(Path directory, int self) throws IOException {
        if (number(directory, "uid") != self || number(directory, "uid", NOFOLLOW_LINKS) != self) {
            return Optional.of("the directory " + directory + " belongs to " + Files.getOwner(directory, NOFOLLOW_LINKS)
                    + ", not to the user of this process, whose files would not be safe there; move it away");
        }
        if ((number(directory, "mode") & WRITABLE_FOR_OTHERS) != 0) {
            return Optional.of("others can write to the directory " + directory + "; chmod go-w " + directory);
        }
        return Optional.empty();
    }

    private static int number(Path path, String attribute, LinkOption... options) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:" + attribute, options);
    }
}
