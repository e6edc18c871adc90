package org.dnpipes.fs;

import org.dnpipes.pipe.PipeFailure;

/** The errors a process can see, with Linux's numbers. The one place where a failure becomes an errno. */
public enum Errno {
    EPERM(1),
    ENOENT(2),
    EINTR(4),
    EIO(5),
    EBADF(9),
    EAGAIN(11),
    EACCES(13),
    EBUSY(16),
    EEXIST(17),
    ENOTDIR(20),
    EISDIR(21),
    EINVAL(22),
    ENFILE(23),
    ENOSPC(28),
    ESPIPE(29),
    EROFS(30),
    ERANGE(34),
    ENAMETOOLONG(36),
    ENODATA(61),
    EMSGSIZE(90),
    EOPNOTSUPP(95),
    ENOTCONN(107),
    ETIMEDOUT(110),
    ESTALE(116),
    EDQUOT(122);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /** The positive number, as in errno(3). */
    public int number() {
        return number;
    }

    /** What a process sees that asked for a name. */
    public static Errno of(PipeFailure failure) {
        return switch (failure.reason()) {
            case MISSING -> ENOENT;
            case GONE -> ESTALE;
            case EXISTS -> EEXIST;
            case ILLEGAL_NAME -> EINVAL;
            case NAME_TOO_LONG -> ENAMETOOLONG;
            case UNAUTHORIZED -> EACCES;
            case REFUSED -> EPERM;
            case TOO_LONG -> EMSGSIZE;
            case TIMED_OUT -> ETIMEDOUT;
            case QUOTA -> EDQUOT;
            // The answer of a connection that is no more: what the kernel says after the daemon has gone, too.
            case CLOSED -> ENOTCONN;
            // Readers may have seen the end of the pipe: whatever comes now would be lost on them.
            case LAPSED -> EIO;
            // A position outside the pipe is the reader's business and never reaches a process; if it does, it is a
            // bug.
            case OUT_OF_RANGE, FAILED -> EIO;
        };
    }

    /** What a process sees that has the pipe open: a topic that is missing now is not the one it opened. */
    public static Errno ofOpen(PipeFailure failure) {
        return failure.reason() == PipeFailure.Reason.MISSING ? ESTALE : of(failure);
    }
}
