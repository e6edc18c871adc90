package org.dnpipes.fs;

/** An operation that fails with an errno. Expected, hence without a stack trace. */
public final class FsException extends RuntimeException {
    private final Errno errno;

    public FsException(Errno errno, String what) {
        super(errno + ": " + what, null, false, false);
        this.errno = errno;
    }

    public Errno errno() {
        return errno;
    }
}
