package org.dnpipes.fs;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait in poll(2), select(2) or epoll_wait(2) until one open file can be written. Told each time that there
 * is room again, also without asking anew: an edge-triggered epoll does not. Safe for use by many threads.
 */
final class RoomPolls {
    private final Supplier<CompletableFuture<Void>> room;
    /** Null before somebody has waited; the kernel keeps it as long as the file. */
    private @Nullable Runnable changed;

    private @Nullable CompletableFuture<Void> awaited;

    /** @param room done when a write would not have to wait for room */
    RoomPolls(Supplier<CompletableFuture<Void>> room) {
        this.room = room;
    }

    /** Somebody polls. Null: but does not wait. */
    synchronized void add(@Nullable Runnable whenChanged) {
        if (whenChanged != null) {
            changed = whenChanged;
        }
    }

    /** There was no room: whoever waits is told when there is. */
    void arm() {
        CompletableFuture<Void> coming;
        synchronized (this) {
            if (changed == null || awaited != null) {
                return;
            }
            coming = room.get();
            awaited = coming;
        }
        coming.whenComplete((there, failure) -> tell(coming));
    }

    private void tell(CompletableFuture<Void> came) {
        Runnable toRun;
        synchronized (this) {
            toRun = awaited == came ? changed : null;
            awaited = awaited == came ? null : awaited;
        }
        if (toRun != null) {
            toRun.run();
        }
    }

    /** Nothing is to be waited for any more: writes fail. */
    void tell() {
        Runnable toRun;
        synchronized (this) {
            toRun = changed;
        }
        if (toRun != null) {
            toRun.run();
        }
    }

    /** The file is closed. */
    void close() {
        CompletableFuture<Void> unwanted;
        synchronized (this) {
            unwanted = awaited;
            changed = null;
            awaited = null;
        }
        if (unwanted != null) {
            unwanted.cancel(false);
        }
    }
}
