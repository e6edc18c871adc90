package org.dnpipes.cluster;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waiting for something by looking at it. */
final class Await {
    private Await() {}

    /**
     * Looks until {@code seen} gives an empty string.
     *
     * @param what what is waited for, for the message
     * @param seen what stands in the way still; a failure counts as something that does
     * @throws IllegalStateException after {@code limit}, with what was seen last; or if the thread is interrupted
     */
    static void until(Duration limit, String what, Callable<String> seen) {
        long deadline = System.nanoTime() + limit.toNanos();
        long pause = 20;
        while (true) {
            String last = look(seen);
            if (last.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not within " + limit.toSeconds() + " s: " + what + "; seen: " + last);
            }
            nap(pause);
            pause = Math.min(200, pause * 5 / 4);
        }
    }

    /** Sleeps, where that is what is wanted. */
    static void nap(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String look(Callable<String> seen) {
        try {
            return seen.call();
        } catch (Exception e) {
            return String.valueOf(e.getCause() == null ? e : e.getCause());
        }
    }
}
