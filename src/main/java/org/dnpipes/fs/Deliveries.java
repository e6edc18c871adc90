package org.dnpipes.fs;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.dnpipes.pipe.PipeFailure;
import org.jspecify.annotations.Nullable;

/**
 * What one writer has on its way, and who waits for that. Lines of one pipe are stored in order, so counting them tells
 * which are. All methods are called with the writer's lock held.
 */
final class Deliveries {
    /** Somebody who waits for every line that was pushed before. */
    private record Waiter(long pushed, Answer answer) {}

    private final List<Waiter> waiters = new ArrayList<>();
    private long pushed;
    private long done;
    private long end;
    private @Nullable Errno failure;
    private @Nullable Errno refused;

    /** Lines are handed over. */
    void add() {
        pushed++;
    }

    /** The oldest lines that were on their way are stored, up to the message before {@code storedEnd}. */
    void stored(long storedEnd) {
        end = Math.max(end, storedEnd);
        done++;
        answerWaiters();
    }

    /** Lines were taken back, as if they had never been pushed. */
    void withdrawn() {
        done++;
        answerWaiters();
    }

    /**
     * Some lines were not stored. Nothing of this writer counts any more: the first failure is the one that is told.
     */
    void failed(PipeFailure why) {
        done++;
        fail(Errno.ofOpen(why));
    }

    /** A line was not taken at all. Later ones may be, but whoever waits for all of them is told. */
    void refuse(Errno errno) {
        refused = errno;
    }

    /** From now on everything fails. */
    void fail(Errno errno) {
        if (failure == null) {
            failure = errno;
        }
        answerWaiters();
    }

    /** The first failure, if there was one. */
    @Nullable
    Errno failure() {
        return failure;
    }

    boolean areDone() {
        return done == pushed;
    }

    /** One past the last message that was stored, 0 if none was. */
    long end() {
        return end;
    }

    /** Answers with the outcome of every line before, when it is known. */
    void await(Answer answer) {
        waiters.add(new Waiter(pushed, answer));
        answerWaiters();
    }

    /** Nobody waits with {@code answer} any more. False if it has been answered. */
    boolean giveUp(Answer answer) {
        return waiters.removeIf(waiter -> waiter.answer() == answer);
    }

    private void answerWaiters() {
        for (Iterator<Waiter> i = waiters.iterator(); i.hasNext(); ) {
            Waiter waiter = i.next();
            Errno told = failure != null ? failure : refused;
            if (failure != null || done >= waiter.pushed()) {
                i.remove();
                if (told == null) {
                    waiter.answer().count(0);
                } else {
                    waiter.answer().fail(told);
                }
            }
        }
    }
}
