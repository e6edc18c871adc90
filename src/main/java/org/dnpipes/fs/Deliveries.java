package org.dnpipes.fs;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one writer has on its way, and who waits for that. Pushes have numbers, in their order. All methods are called
 * with the writer's lock held.
 */
final class Deliveries {
    /**
     * Somebody who waits for every push that came before.
     *
     * @param last the number of the last of them
     * @param refused what became of a line before that was not even pushed
     */
    private record Waiter(long last, @Nullable Errno refused, Answer answer) {}

    private final List<Waiter> waiters = new ArrayList<>();
    /** The numbers of those whose fate is not known yet. */
    private final TreeSet<Long> underWay = new TreeSet<>();

    private long last;
    private long end;
    private @Nullable Errno failure;
    /** The first push that has failed. */
    private long failedFrom = Long.MAX_VALUE;

    private @Nullable Errno refused;

    /** Lines are pushed. Returns their number. */
    long add() {
        underWay.add(++last);
        return last;
    }

    /** The lines of that number are stored, up to the message before {@code storedEnd}. */
    void stored(long number, long storedEnd) {
        end = Math.max(end, storedEnd);
        settled(number);
    }

    /** The lines of that number were taken back, as if they had never been pushed: their write is told so. */
    void withdrawn(long number) {
        settled(number);
    }

    /**
     * Some lines of that number were not stored. Nothing of this writer counts any more: the first failure is the one
     * that is told.
     */
    void failed(long number, Errno why) {
        failure = failure == null ? why : failure;
        failedFrom = Math.min(failedFrom, number);
        settled(number);
    }

    private void settled(long number) {
        underWay.remove(number);
        answerWaiters();
    }

    /** A line was not taken at all. Later ones may be, but whoever waits for all of them is told. */
    void refuse(Errno errno) {
        refused = errno;
    }

    /** Everything fails, whatever becomes of what is on its way. */
    void fail(Errno errno) {
        failure = failure == null ? errno : failure;
        failedFrom = 0;
        answerWaiters();
    }

    /** The first failure, if there was one. */
    @Nullable
    Errno failure() {
        return failure;
    }

    boolean areDone() {
        return underWay.isEmpty();
    }

    /** One past the last message that was stored, 0 if none was. */
    long end() {
        return end;
    }

    /** Answers with the outcome of every line before, when it is known. */
    void await(Answer answer) {
        waiters.add(new Waiter(last, refused, answer));
        answerWaiters();
    }

    /** Nobody waits with {@code answer} any more. False if it has been answered. */
    boolean giveUp(Answer answer) {
        return waiters.removeIf(waiter -> waiter.answer() == answer);
    }

    private void answerWaiters() {
        List<Waiter> answered = new ArrayList<>();
        for (Iterator<Waiter> i = waiters.iterator(); i.hasNext(); ) {
            Waiter waiter = i.next();
            if (hasFailed(waiter) || underWay.isEmpty() || underWay.first() > waiter.last()) {
                i.remove();
                answered.add(waiter);
            }
        }
        answered.forEach(this::answer);
    }

    private void answer(Waiter waiter) {
        Errno told = hasFailed(waiter) ? failure : waiter.refused();
        if (told == null) {
            waiter.answer().count(0);
        } else {
            waiter.answer().fail(told);
        }
    }

    private boolean hasFailed(Waiter waiter) {
        return failure != null && failedFrom <= waiter.last();
    }
}
