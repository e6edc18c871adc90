package org.dnpipes.cluster;

/** How a program writes, which decides when it knows that a line is stored (docs/SEMANTICS.md, 2.6 and 2.7). */
enum Style {
    /** A line now and then: each write waits until it is stored. */
    SLOW(1, 110, false),
    /** As a script with {@code echo x >> p}: an open file for each line, and something else to do in between. */
    SCRIPT(1, 20, true),
    /** Lines as fast as they can be written, each with a write of its own; fsync now and then. */
    BURST(500, 700, false),
    /**
     * As a program with a buffer: many lines with one write, which ends in the middle of a line; fsync now and then.
     */
    BUFFERED(300, 500, false);

    /** So many writes of an open file wait in any case. */
    static final int WAITING_WRITES = 64;

    /** Lines between two pauses. */
    final int lines;
    /** Milliseconds; with 100 or more the next writes wait again. */
    final int pause;
    /** Whether it closes its file for each pause. */
    final boolean closes;

    Style(int lines, int pause, boolean closes) {
        this.lines = lines;
        this.pause = pause;
        this.closes = closes;
    }
}
