package org.dnpipes.fs;

import java.util.Optional;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.OutOfRange;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a reader's cursor in bytes: finds out where the pipe starts, loads the next chunk, and steps over what was
 * removed meanwhile. All methods are called with the reader's lock held.
 */
final class Supply {
    private final SharedPipe pipe;
    private final Question<Extent> start;
    private final Question<Chunk> load;
    private @Nullable Cursor cursor;

    /**
     * @param cursor where the reader starts; null for the first message that is retained when it reads first
     * @param lock the reader's
     * @param changed called, without the lock, when asking again what is in hand may tell something else
     */
    Supply(SharedPipe pipe, @Nullable Cursor cursor, Object lock, Runnable changed) {
        this.pipe = pipe;
        this.cursor = cursor;
        // Asked anew for each open file: what this mount knows may be what somebody else has reset.
        this.start = new Question<>(pipe::extent, lock, changed);
        this.load = new Question<>(() -> pipe.chunk(cursor().sequence()), lock, changed);
    }

    /** Whether it is known where the reader stands. Finds it out if not. */
    boolean hasStarted() {
        if (cursor == null) {
            Extent extent = start.answer();
            if (extent != null) {
                cursor = pipe.start(extent);
            }
        }
        return cursor != null;
    }

    /** The cursor, once it is known where the reader stands. */
    Cursor cursor() {
        if (cursor == null) {
            throw new IllegalStateException("nobody knows yet where to read");
        }
        return cursor;
    }

    /** Reading goes on at {@code position}. A reader of a regular file means the pipe's own positions. */
    void seek(long position, boolean asFile) {
        ByteIndex map = asFile ? pipe.knownIndex().orElse(cursor().index()) : cursor().index();
        cursor().seek(position, map);
        load.forget();
    }

    /** Whether bytes are in hand. If not, loads some, unless the reader is at its limit. */
    boolean hasBytes() {
        Cursor c = cursor();
        stepOver(pipe.removedBefore());
        while (c.available() == 0 && !c.isAtLimit()) {
            Chunk next = load.answer();
            if (next == null && !recovers(load.failure())) {
                return false;
            }
            load.forget();
            if (next != null) {
                c.take(next);
            }
        }
        return c.available() > 0;
    }

    /** Why there is nothing: a failure, not just nothing to read. */
    Optional<PipeFailure> failure() {
        return Optional.ofNullable(cursor == null ? start.failure() : load.failure());
    }

    /** After a failure: tries again in a while. */
    void retryLater() {
        (cursor == null ? start : load).retryLater();
    }

    /** A failure has been told: the next read tries anew. */
    void forgetFailure() {
        (cursor == null ? start : load).forget();
    }

    /** Between two reads: does not hold what has been read. What is being loaded goes on, for the next read. */
    void rest() {
        if (cursor != null) {
            cursor.release();
        }
    }

    /** Gives up everything. */
    void close() {
        start.forget();
        load.forget();
        rest();
    }

    /** What was asked for may be gone; then what is left follows. */
    private boolean recovers(@Nullable PipeFailure failure) {
        if (!(failure instanceof OutOfRange outside)) {
            return false;
        }
        Extent extent = outside.extent();
        pipe.learn(extent);
        // Behind the end is where a pipe has lost messages that it had: Kafka's unclean leader election.
        long asked = cursor().sequence();
        if (outside.isCutOff()) {
            pipe.cutOff(extent);
        }
        cursor().jumpTo(asked < extent.first() ? extent.first() : extent.end());
        return true;
    }

    /** Messages before {@code first} are not to be shown any more; but a line that was begun is finished. */
    private void stepOver(long first) {
        Cursor c = cursor();
        if (c.nextSequence() >= first) {
            return;
        }
        if (c.isWithinLine()) {
            c.endWithThisLine();
        } else {
            load.forget();
            c.jumpTo(first);
        }
    }
}
