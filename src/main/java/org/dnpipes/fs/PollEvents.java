package org.dnpipes.fs;

/** The events of poll(2), with Linux's numbers. */
final class PollEvents {
    /** A read would not wait: POLLIN and POLLRDNORM. */
    static final int READABLE = 0x1 | 0x40;

    /** A write would not wait: POLLOUT and POLLWRNORM. */
    static final int WRITABLE = 0x4 | 0x100;

    private PollEvents() {}
}
