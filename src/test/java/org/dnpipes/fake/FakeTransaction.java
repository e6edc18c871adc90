package org.dnpipes.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** A foreign producer's transaction on one pipe. Nothing stored after its beginning can be read until it ends. */
public final class FakeTransaction {
    private final Store store;
    private final Log log;
    private final long begin;
    private boolean aborted;

    FakeTransaction(Store store, Log log) {
        this.store = store;
        this.log = log;
        this.begin = log.end();
    }

    /** Stores a message inside the transaction. */
    public FakeTransaction append(String value) {
        return append(value.getBytes(UTF_8), null);
    }

    FakeTransaction append(byte @Nullable [] value, @Nullable Long timestamp) {
        return store.thread().call(() -> {
            log.append(Message.of(value, timestamp == null ? store.tick() : timestamp, this));
            log.serve();
            return this;
        });
    }

    /** Shows its messages to readers. Takes one sequence number for the marker. */
    public void commit() {
        end(false);
    }

    /** Hides its messages for good. Takes one sequence number for the marker. */
    public void abort() {
        end(true);
    }

    long begin() {
        return begin;
    }

    boolean isAborted() {
        return aborted;
    }

    private void end(boolean abort) {
        store.thread().call(() -> {
            aborted = abort;
            log.skip(1);
            log.ended(this);
            log.serve();
            return this;
        });
    }
}
