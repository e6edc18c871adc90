package org.dnpipes.fs;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is done with one pipe, and with all pipes of the mount. Counting takes no lock and allocates nothing: it
 * happens at every read and write. Safe for use by many threads.
 */
final class Traffic {
    /** Null if this is the whole. */
    private final @Nullable Traffic whole;

    private final LongAdder pushedMessages = new LongAdder();
    private final LongAdder pushedBytes = new LongAdder();
    private final LongAdder pulledMessages = new LongAdder();
    private final LongAdder pulledBytes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final PushTimes pushTimes;

    private Traffic(@Nullable Traffic whole, PushTimes pushTimes) {
        this.whole = whole;
        this.pushTimes = pushTimes;
    }

    static Traffic ofMount() {
        return new Traffic(null, new PushTimes());
    }

    /** A part, which counts for the whole, too. */
    Traffic part() {
        return new Traffic(this, pushTimes);
    }

    /**
     * Lines were pushed together, and are stored.
     *
     * @param took how long that took, in nanoseconds
     */
    void pushed(long messages, long bytes, long took) {
        pushTimes.add(took);
        stored(messages, bytes);
    }

    private void stored(long messages, long bytes) {
        pushedMessages.add(messages);
        pushedBytes.add(bytes);
        if (whole != null) {
            whole.stored(messages, bytes);
        }
    }

    /** A reader got bytes, with which so many messages ended. */
    void pulled(long messages, long bytes) {
        pulledMessages.add(messages);
        pulledBytes.add(bytes);
        if (whole != null) {
            whole.pulled(messages, bytes);
        }
    }

    /** A read has failed, or an open file that was written. */
    void failed() {
        failures.increment();
        if (whole != null) {
            whole.failed();
        }
    }

    /** Of all pipes together. */
    Durations pushTimes() {
        return pushTimes.durations();
    }

    Totals totals() {
        return new Totals(
                pushedMessages.sum(), pushedBytes.sum(), pulledMessages.sum(), pulledBytes.sum(), failures.sum());
    }
}
