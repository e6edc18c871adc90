package org.dnpipes.fs;

/**
 * Tells which requests may belong to one write(2): the kernel cuts it into pieces of at most 128 KiB, at positions that
 * follow each other. If a later piece fails, write(2) returns how much the earlier ones took, and the process comes
 * again with the rest. Not safe for use by several threads.
 */
final class Pieces {
    /** No piece but the last one of a write(2) is smaller, however its bytes lie in memory. */
    private static final int SMALLEST = 64 * 1024;

    /** Where the next piece would go; 0 if there can be none. */
    private long next;

    /**
     * Whether {@code write} may be a later piece. Sure for a stream, where each write(2) starts at 0; but O_APPEND
     * makes it start where the kernel believes the end to be, which may be just where the one before has ended.
     */
    boolean goesOn(OpenFiles.Write write) {
        return next > 0 && write.position() == next;
    }

    /** So much of {@code write} was taken. */
    void taken(OpenFiles.Write write, int count) {
        next = count == write.data().remaining() && count >= SMALLEST ? write.position() + count : 0;
    }
}
