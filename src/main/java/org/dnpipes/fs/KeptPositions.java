package org.dnpipes.fs;

/**
 * How far a pipe's index has been kept for others, and how far others were asked for theirs, as positions in it. Not
 * safe for use by several threads: its pipe guards it.
 */
final class KeptPositions {
    /** To read so many messages is worth asking whether others have done so. */
    private static final long MANY = 5000;

    /** After so many bytes more somebody else may know more, too. */
    private static final long CONSULT_AGAIN = 64L << 20;

    private boolean consulted;
    private long consultedPosition;
    private long keptPosition;

    /** The index is another one, and positions count from 0. */
    void beginAnew() {
        consultedPosition = 0;
        keptPosition = 0;
    }

    /** What others know may be news again. */
    void consultAnew() {
        consulted = false;
    }

    /**
     * Whether others are to be asked, which counts as done then.
     *
     * @param position how far the index goes
     * @param missing how many messages are not indexed, as far as is known
     * @param worth how many bytes have to be read before it is worth asking, if there are few messages
     */
    boolean consult(long position, long missing, long worth) {
        long read = position - consultedPosition;
        if (consulted ? read < CONSULT_AGAIN : read < worth && missing < MANY) {
            return false;
        }
        consulted = true;
        consultedPosition = position;
        return true;
    }

    /** Whether an index up to {@code position} has that many bytes that were not kept. */
    boolean hasNews(long position, long bytes) {
        return position - keptPosition >= bytes;
    }

    void kept(long position) {
        keptPosition = Math.max(keptPosition, position);
    }
}
