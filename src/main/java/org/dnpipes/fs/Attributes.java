package org.dnpipes.fs;

import java.time.Instant;

/**
 * What stat(2) tells.
 *
 * @param inode stable for the life of a topic
 * @param mode type and permissions
 * @param size in bytes
 * @param modified when the newest message was stored
 */
public record Attributes(long inode, int mode, int links, int uid, int gid, long size, Instant modified) {
    /** The type bits of a directory, see inode(7). */
    public static final int S_IFDIR = 0040000;
    /** The type bits of a regular file. Pipes are regular files to the kernel: it serves real FIFOs itself. */
    public static final int S_IFREG = 0100000;

    /** The type bits in a mode. */
    private static final int S_IFMT = 0170000;

    /** The unit of {@link #blocks}, as POSIX has it in practice. */
    private static final int BLOCK = 512;

    /** Blocks of 512 bytes. They have to fit the size, or cp takes the file for sparse. */
    public long blocks() {
        return (size + BLOCK - 1) / BLOCK;
    }

    /** The same with another size. */
    Attributes withSize(long other) {
        return new Attributes(inode, mode, links, uid, gid, other, modified);
    }

    /** Whether mknod(2) with {@code mode} makes a regular file; without a type it does. */
    public static boolean isRegular(int mode) {
        return (mode & S_IFMT) == S_IFREG || (mode & S_IFMT) == 0;
    }

    public boolean isDirectory() {
        return (mode & S_IFDIR) != 0;
    }
}
