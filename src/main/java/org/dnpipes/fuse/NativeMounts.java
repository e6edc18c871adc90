package org.dnpipes.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import jnr.constants.platform.Errno;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import org.dnpipes.fuse.NativeFuse.Mounts;

/** What Java cannot ask of mounts, nor do with them. */
final class NativeMounts {
    /**
     * Flags of open(2), the same for all processors: a file that is only a place, and does not go to other programs.
     */
    private static final int O_PATH = 010000000;

    private static final int O_CLOEXEC = 02000000;

    /** Of umount2(2): out of the tree at once, open files or not. */
    private static final int MNT_DETACH = 2;

    /** More than any struct statfs has. */
    private static final int STATFS_BYTES = 256;

    private final Mounts calls =
            LibraryLoader.create(Mounts.class).failImmediately().load("c");

    /** Whether this process is root, so far as that is known to the kernel: then it needs no fusermount. */
    boolean isRoot() {
        return calls.geteuid() == 0;
    }

    /**
     * Whether nobody serves the FUSE file system at {@code mountpoint} any more. One that must not be asked, as
     * somebody else's without allow_other, may be alive.
     */
    boolean isDead(Path mountpoint) {
        return calls.statfs(bytes(mountpoint), new byte[STATFS_BYTES]) != 0 && errno() == Errno.ENOTCONN;
    }

    /**
     * Takes {@code mounted} out of the tree, and nothing else, wherever its path leads to by now: who owns one of its
     * directories may have put a symbolic link there. Takes root.
     *
     * @return why it could not be done; empty if it was
     */
    Optional<String> detach(MountTable.Entry mounted) {
        int place = calls.open(bytes(mounted.mountpoint()), O_PATH | O_CLOEXEC);
        if (place < 0) {
            return Optional.of(errno().toString());
        }
        try {
            // The open file keeps the kernel from giving the mount's number to another one.
            if (mountOf(place) != mounted.id() || !MountTable.isMounted(mounted)) {
                return Optional.of("something else is there");
            }
            return calls.umount2(bytes(Path.of("/proc/self/fd", String.valueOf(place))), MNT_DETACH) == 0
                    ? Optional.empty()
                    : Optional.of(errno().toString());
        } catch (IOException e) {
            return Optional.of(e.toString());
        } finally {
            calls.close(place);
        }
    }

    private static int mountOf(int file) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/fdinfo", String.valueOf(file)), StandardCharsets.ISO_8859_1)
                .stream()
                .filter(line -> line.startsWith("mnt_id:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring("mnt_id:".length()).strip()))
                .findFirst()
                .orElse(-1);
    }

    private Errno errno() {
        return Errno.valueOf(Runtime.getRuntime(calls).getLastError());
    }

    private static byte[] bytes(Path path) {
        byte[] name = path.toString().getBytes(MountTable.PATHS);
        return Arrays.copyOf(name, name.length + 1);
    }
}
