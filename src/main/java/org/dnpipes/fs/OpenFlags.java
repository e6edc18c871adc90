package org.dnpipes.fs;

/**
 * The flags of open(2) that matter here, with Linux's numbers.
 *
 * @param bits as the kernel passes them
 */
public record OpenFlags(int bits) {
    private static final int O_ACCMODE = 3;
    private static final int O_WRONLY = 1;
    private static final int O_RDWR = 2;
    private static final int O_EXCL = 0200;
    private static final int O_NONBLOCK = 04000;
    /** Both O_DSYNC and O_SYNC have this bit. */
    private static final int O_DSYNC = 010000;

    /** As mknod(2) works: the name must be new. */
    static final OpenFlags EXCLUSIVE = new OpenFlags(O_EXCL);

    public boolean readable() {
        return (bits & O_ACCMODE) != O_WRONLY;
    }

    public boolean writable() {
        int mode = bits & O_ACCMODE;
        return mode == O_WRONLY || mode == O_RDWR;
    }

    public boolean readWrite() {
        return (bits & O_ACCMODE) == O_RDWR;
    }

    public boolean exclusive() {
        return (bits & O_EXCL) != 0;
    }

    public boolean nonBlocking() {
        return (bits & O_NONBLOCK) != 0;
    }

    public boolean synchronous() {
        return (bits & O_DSYNC) != 0;
    }
}
