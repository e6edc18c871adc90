package org.dnpipes.fs;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A read(2) that waits for its answer. Used with the reader's lock held. */
final class ReadCall {
    final boolean nonBlocking;
    final Answer answer;
    private final long position;
    private final int size;
    private @Nullable ByteBuffer begun;
    private long finished;

    /** @param size how many bytes are asked for */
    ReadCall(long position, int size, boolean nonBlocking, Answer answer) {
        this.position = position;
        this.size = size;
        this.nonBlocking = nonBlocking;
        this.answer = answer;
    }

    /** Where it goes on. */
    long next() {
        return begun == null ? position : position + begun.position();
    }

    /** How many bytes are still asked for. */
    int missing() {
        return begun == null ? size : begun.remaining();
    }

    /** Whether some of its bytes were read already. */
    boolean isBegun() {
        return begun != null && begun.position() > 0;
    }

    /** Where bytes are collected that are not all that is asked for. */
    ByteBuffer collected() {
        ByteBuffer to = begun;
        if (to == null) {
            to = ByteBuffer.allocate(size);
            begun = to;
        }
        return to;
    }

    /** So many messages have ended with what was collected last. */
    void finished(long messages) {
        finished += messages;
    }

    /** Moves what was collected into the answer. Returns how many messages have ended with that. */
    long take(ByteBuffer target) {
        if (begun != null) {
            target.put(begun.flip());
        }
        return finished;
    }
}
