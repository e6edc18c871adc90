package org.dnpipes.kafka;

import java.util.ArrayDeque;
import java.util.Deque;

/** The bytes that may be on their way in one lane, over all pipes. Safe for use by many threads. */
final class Permits {
    private final long most;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private long taken;

    Permits(long most) {
        this.most = most;
    }

    /** Takes so many, or else calls {@code again} once when it is worth another try. More than all are given alone. */
    synchronized boolean take(long bytes, Runnable again) {
        if (taken > 0 && taken + bytes > most) {
            waiting.add(again);
            return false;
        }
        taken += bytes;
        return true;
    }

    void give(long bytes) {
        Runnable[] woken;
        synchronized (this) {
            taken -= bytes;
            woken = waiting.toArray(Runnable[]::new);
            waiting.clear();
        }
        for (Runnable again : woken) {
            again.run();
        }
    }
}
