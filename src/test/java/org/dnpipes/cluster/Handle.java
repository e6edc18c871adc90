package org.dnpipes.cluster;

/**
 * What became of the lines that one open file has written. One thread writes it; others may look at any time. Times are
 * those of {@link System#nanoTime}.
 */
final class Handle {
    private final int id;
    private final Daemon mount;
    private final long opened = System.nanoTime();
    private volatile int written;
    private volatile int stored;
    private volatile int writtenAtFailure = Integer.MAX_VALUE;
    private volatile String failure = "";
    private volatile long closing = Long.MAX_VALUE;
    private volatile long closed = Long.MAX_VALUE;

    /** It was just opened on {@code mount}. */
    Handle(int id, Daemon mount) {
        this.id = id;
        this.mount = mount;
    }

    /** The next line, which is about to be handed to write(2), at least in part. */
    Line next() {
        int number = written + 1;
        written = number;
        return new Line(id, number);
    }

    /** A call has said that the first {@code lines} are stored. */
    void stored(int lines) {
        stored = Math.max(stored, lines);
    }

    /** A call has failed, for the first time. */
    void failed(String call, String error) {
        writtenAtFailure = written;
        failure = call + ": " + error;
    }

    void closing() {
        closing = System.nanoTime();
    }

    void closed() {
        closed = System.nanoTime();
    }

    int id() {
        return id;
    }

    Daemon mount() {
        return mount;
    }

    int written() {
        return written;
    }

    int stored() {
        return stored;
    }

    /** The call that failed first, and how; empty if none has. */
    String failure() {
        return failure;
    }

    boolean hasFailed() {
        return !failure.isEmpty();
    }

    /**
     * How many lines had been handed over when the first failure was reported. Lines behind them must not be stored.
     */
    int writtenAtFailure() {
        return writtenAtFailure;
    }

    /** Whether the mount has found out that others count it no longer, as it was silent for long (3.12). */
    boolean wasCountedOut() {
        return failure.endsWith("Input/output error");
    }

    /**
     * Whether it counted as a writer for all of that time, so that no reader may have been given the end then. A mount
     * that has died counts no longer when its lease is over; one that was cut off for long may not count either.
     */
    boolean wasOpen(long from, long to) {
        return !wasCountedOut() && opened < from && to < Math.min(closing, mount.firstDisturbance(opened));
    }

    /** Whether the mount has closed it: then a line that was begun becomes a message as it is (2.3). */
    boolean mayEndInAPart() {
        return mount.wasTerminated(opened);
    }

    /** Whether its last close had succeeded by then, so all of it is to be read by whoever begins afterwards. */
    boolean wasClosed(long by) {
        return closed <= by;
    }

    @Override
    public String toString() {
        return "open file " + id + " on " + mount + " (" + written + " lines written, " + stored + " known as stored"
                + (hasFailed() ? ", then " + failure : "") + ")";
    }
}
