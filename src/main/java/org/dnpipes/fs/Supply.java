package org.dnpipes.fs;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.dnpipes.fs.Restarts.Loss;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.OutOfRange;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a reader's cursor in bytes: finds out where the pipe starts, loads the next chunk, and steps over what was
 * removed meanwhile. All methods are called with the reader's lock held.
 *
 * <p>A reader of a regular file has positions that stay what they are: what is removed leaves a hole. For others, what
 * is left follows what they have read.
 */
final class Supply {
    private static final long NOWHERE = -1;

    private final SharedPipe pipe;
    private final Question<Cursor> start;
    private final Question<Positions> meaning;
    private final Question<Chunk> load;
    private @Nullable Cursor cursor;
    /** What positions mean to a reader of a regular file; null if that has to be found out anew. */
    private @Nullable Positions file;
    /** Where reading goes on as soon as it is known what that means, and whether it means the file's position. */
    private long target = NOWHERE;

    /** No message before this one is read by who does not seek; 0 as long as that is not known. */
    private long begin;

    private boolean asFile;
    /** How many resets of the pipe the process has had a chance to notice. */
    private int resetsShown;
    /** The loss of messages that the reader has taken into account. */
    private Loss lossSeen;
    /** All messages before this one have been read, since the reset that was shown last. */
    private long furthest;

    /**
     * @param cursor where the reader starts; null for the first message that is retained when it reads first
     * @param lock the reader's
     * @param changed called, without the lock, when asking again what is in hand may tell something else
     */
    Supply(SharedPipe pipe, @Nullable Cursor cursor, Object lock, Runnable changed) {
        this.pipe = pipe;
        this.lossSeen = pipe.loss();
        if (cursor != null) {
            startAt(cursor);
        }
        // Asked anew for each open file: what this mount knows may be what somebody else has reset.
        this.start = new Question<>(pipe::begin, lock, changed);
        this.meaning = new Question<>(this::meaning, lock, changed);
        this.load = new Question<>(() -> pipe.chunk(cursor().sequence()), lock, changed);
    }

    /** A reader that was told how many bytes there are has its position 0 where they start. */
    void startAt(ByteIndex index, Mark head) {
        if (cursor == null) {
            startAt(Cursor.at(index, head));
        }
    }

    private void startAt(Cursor begun) {
        begin = begun.sequence();
        cursor = begun;
        file = begun.positions();
        resetsShown = pipe.resets();
        lossSeen = pipe.loss();
    }

    /** Whether it is known where the reader stands. Finds it out if not. */
    boolean hasStarted() {
        if (cursor == null) {
            Cursor begun = start.answer();
            if (begun != null) {
                startAt(begun);
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

    /** Where the next read goes on if nothing else is said. */
    long position() {
        return target == NOWHERE ? cursor().position() : target;
    }

    /** The position that the last read has reached; 0 if there was none. */
    long reached() {
        return cursor == null ? 0 : position();
    }

    /** Reading goes on at {@code position}, of a regular file or of what this reader has read. */
    void seek(long position, boolean ofFile) {
        load.forget();
        meaning.forget();
        furthest = furthest();
        target = position;
        asFile = ofFile;
    }

    private long furthest() {
        Cursor c = cursor();
        long next = c.isWithinLine() ? c.nextSequence() + 1 : c.nextSequence();
        return target == NOWHERE ? Math.max(furthest, next) : furthest;
    }

    /** Whether there was a reset that the reader of a regular file does not know of, and that does concern it. */
    boolean hasResetToShow() {
        return cursor != null && resetsShown != pipe.resets() && pipe.startsAnewFor(furthest(), resetsShown);
    }

    /** The reader of a regular file knows that the pipe's positions have started anew. */
    void resetShown() {
        resetsShown = pipe.resets();
        meaning.forget();
        furthest = 0;
        file = null;
    }

    /** Whether it is known where reading goes on after the last seek. Finds it out if not. */
    boolean isPlaced() {
        if (target == NOWHERE) {
            return true;
        }
        Positions known = asFile ? file : cursor().positions();
        if (known == null || known.index().head() == null) {
            known = meaning.answer();
        }
        if (known == null) {
            return false;
        }
        meaning.forget();
        if (asFile) {
            file = known;
        }
        cursor().seek(target, known);
        target = NOWHERE;
        return true;
    }

    private CompletableFuture<Positions> meaning() {
        Positions known = asFile ? file : cursor().positions();
        return known == null
                ? pipe.fromHead()
                : pipe.places().head(known.index()).thenApply(head -> known);
    }

    /** Whether bytes are in hand. If not, loads some, unless the reader is at its limit. */
    boolean hasBytes() {
        if (!isPlaced() && !recovers(meaning.failure())) {
            return false;
        }
        Cursor c = cursor();
        goBack();
        stepOver(pipe.removedBefore());
        while (isPlaced() && c.available() == 0 && !c.isAtLimit()) {
            Chunk next = load.answer();
            if (next == null && !recovers(load.failure())) {
                return false;
            }
            load.forget();
            if (next != null) {
                c.take(next);
            }
        }
        return target == NOWHERE && c.available() > 0;
    }

    /** Why there is nothing: a failure, not just nothing to read. */
    Optional<PipeFailure> failure() {
        return Optional.ofNullable(question().failure());
    }

    /** After a failure: tries again in a while. */
    void retryLater() {
        question().retryLater();
    }

    /** A failure has been told: the next read tries anew. */
    void forgetFailure() {
        question().forget();
    }

    /** What has to be answered before there is something to read. */
    private Question<?> question() {
        return cursor == null ? start : target == NOWHERE ? load : meaning;
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
        meaning.forget();
        load.forget();
        rest();
    }

    /** Whether its positions are those of the pipe's index, moved or not. */
    boolean hasPositionsOfThePipe() {
        return cursor == null
                || pipe.knownIndex().orElse(null) == cursor.positions().index();
    }

    /** How many messages before {@code sequence} are not read, gaps included; 0 as long as nothing was read. */
    long lag(long sequence) {
        return cursor == null ? 0 : Math.max(0, Math.min(sequence, cursor.limit()) - cursor.nextSequence());
    }

    /** Messages before this one are not read, whatever there is, unless the reader seeks. */
    long begin() {
        return begin;
    }

    /** Messages from this one on are not read, whatever there is. */
    long limit() {
        return cursor == null ? Long.MAX_VALUE : cursor.limit();
    }

    /**
     * The size of the file in this reader's positions.
     *
     * @param index the pipe's
     * @param end how far the pipe goes, or is known to go, or what the reader is limited to
     * @param head where what is left of it starts
     */
    CompletableFuture<Long> size(ByteIndex index, Mark end, Mark head, boolean ofFile) {
        Mark known = ofFile || cursor == null
                ? knownOf(file == null ? new Positions(index, -head.position()) : file, index, end)
                : knownOfStream(cursor, index, end, head);
        return sizeBehind(known, index, end);
    }

    /** Up to where positions that mean {@code meant} go: the end, or where they ended when the pipe was reset. */
    private static Mark knownOf(Positions meant, ByteIndex index, Mark end) {
        Mark known = meant.index() == index ? end : meant.index().end();
        return new Mark(Math.max(0, meant.inFile(known.position())), known.sequence());
    }

    /** What is in hand is known, and all that follows it if its positions are those of the index. */
    private Mark knownOfStream(Cursor c, ByteIndex index, Mark end, Mark head) {
        if (target != NOWHERE) {
            return new Mark(target, head.sequence());
        }
        Mark behind = c.behindHand(pipe.removedBefore());
        long next = Math.max(behind.sequence(), head.sequence());
        return c.positions().index() == index && next == c.sequence()
                ? knownOf(c.positions(), index, end)
                : new Mark(behind.position(), next);
    }

    /**
     * The size if {@code place}, in this reader's positions, is followed by what the index has from there to the end.
     */
    private CompletableFuture<Long> sizeBehind(Mark place, ByteIndex index, Mark end) {
        return place.sequence() >= end.sequence()
                ? CompletableFuture.completedFuture(place.position())
                : pipe.places()
                        .of(index, place.sequence())
                        .thenApply(found -> place.position() + end.position() - found.position());
    }

    /** What was asked for may be gone; then what is left follows. */
    private boolean recovers(@Nullable PipeFailure failure) {
        if (!(failure instanceof OutOfRange outside)) {
            return false;
        }
        Extent extent = outside.extent();
        pipe.learnRemoved(extent);
        if (outside.isCutOff()) {
            pipe.cutOff(extent, outside.intact(), lossSeen);
        }
        goBack();
        if (cursor().sequence() < extent.first()) {
            goOnBehind(extent.first());
        }
        return true;
    }

    /**
     * What the pipe has lost may have been read, and others have taken its place: they are read now. But a line that
     * was begun is finished.
     */
    private void goBack() {
        Loss loss = pipe.loss();
        Cursor c = cursor();
        if (loss == lossSeen) {
            return;
        }
        if (c.sequence() > loss.intact() && c.isWithinLine()) {
            c.endWithThisLine();
            return;
        }
        lossSeen = loss;
        if (c.sequence() > loss.intact()) {
            load.forget();
            meaning.forget();
            target = NOWHERE;
            c.restartAt(Math.min(c.nextSequence(), loss.intact()));
            begin = Math.min(begin, c.sequence());
        }
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
            goOnBehind(first);
        }
    }

    /** Messages before {@code first} are gone: where this position is, others follow. */
    private void goOnBehind(long first) {
        Cursor c = cursor();
        c.positions().index().removeBefore(first);
        seek(c.position(), false);
        c.drop();
    }
}
