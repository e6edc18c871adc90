package org.dnpipes.fuse;

import org.jspecify.annotations.Nullable;

/**
 * A request that the kernel may interrupt while it waits. An interrupt that comes before somebody waits is kept for the
 * one who will.
 */
class Interruptible {
    private boolean finished;
    private boolean interrupted;
    private @Nullable Runnable handler;

    /** Says what an interrupt is to do; does it at once if the interrupt is already there. */
    public void onInterrupt(Runnable whenInterrupted) {
        synchronized (this) {
            if (finished) {
                return;
            }
            if (!interrupted) {
                handler = whenInterrupted;
                return;
            }
        }
        whenInterrupted.run();
    }

    /** The kernel's INTERRUPT. A second one changes nothing. */
    final void interrupt() {
        Runnable toRun;
        synchronized (this) {
            interrupted = true;
            toRun = finished ? null : handler;
            handler = null;
        }
        if (toRun != null) {
            toRun.run();
        }
    }

    public final synchronized boolean isInterrupted() {
        return interrupted;
    }

    /** Marks the request as answered. False if it was already. */
    final synchronized boolean finish() {
        boolean first = !finished;
        finished = true;
        handler = null;
        return first;
    }

    final synchronized boolean isFinished() {
        return finished;
    }
}
