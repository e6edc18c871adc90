package org.dnpipes.kafka;

import java.util.LinkedHashSet;
import java.util.Set;

/** The bytes that may be on their way in one lane, over all pipes. Safe for use by many threads. */
final class Permits {
    private final long most;
    private final Set<Runnable> waiting = new LinkedHashSet<>();
    private long taken;

    Permits(long most) {
        this.most = most;
    }

    /**
     * Takes so many, or else calls {@code again} once when it is worth another try, however often that was asked for.
     * More than all are given alone.
     */
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
