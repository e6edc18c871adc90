package org.dnpipes.fs;

import org.dnpipes.pipe.LineFramer;
import org.dnpipes.pipe.Sink.Push;
import org.jspecify.annotations.Nullable;

/** A write(2), or the end of a line at a close, whose lines are on their way. Used with the writer's lock held. */
final class PendingWrite {

    /** When a write is answered. */
    enum Until {
        /** Its lines are stored. */
        STORED,
        /** Its lines have entered the pipe's window. */
        ACCEPTED,
        /** At once: if its lines cannot enter the window now, they are taken back. */
        NOW
    }

    /** How many bytes the process is told were written. */
    final int taken;

    final Answer answer;
    final Until until;
    /** Its number in {@link Deliveries}. */
    final long number;

    private LineFramer.@Nullable State before;
    private @Nullable Push push;
    private boolean withdrawn;
    private boolean answered;

    PendingWrite(int taken, LineFramer.State before, Answer answer, Until until, long number) {
        this.taken = taken;
        this.before = before;
        this.answer = answer;
        this.until = until;
        this.number = number;
    }

    /** Its lines were given to the engine. */
    void pushed(Push lines) {
        push = lines;
    }

    boolean isWithdrawn() {
        return withdrawn;
    }

    boolean isAnswered() {
        return answered;
    }

    /** What the writer held before; null when the process was answered, and goes on behind this write. */
    LineFramer.@Nullable State before() {
        return before;
    }

    /** The process is answered now. False if it has been already. */
    boolean answerNow() {
        boolean first = !answered;
        answered = true;
        // In a burst there may be many that are not stored, and nobody counts what they hold.
        before = null;
        return first;
    }

    /** Whether nothing of it was, or will be, handed over. */
    boolean withdraw() {
        // Before: the engine may fail the future of what it gives back within the call.
        withdrawn = true;
        withdrawn = push == null || push.withdraw();
        return withdrawn;
    }
}
