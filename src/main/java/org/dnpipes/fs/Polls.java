package org.dnpipes.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait in poll(2), select(2) or epoll_wait(2) for something to read in one open file. All methods are called
 * with the reader's lock held.
 *
 * <p>The kernel asks (POLL), and once somebody waits it wants to be told of a change (NOTIFY_POLL). It asks again only
 * when whoever waits does: an edge-triggered epoll does not. So a change is told each time that there is one, whether
 * or not the kernel has asked since the last.
 */
final class Polls {
    /** A POLL that is not answered yet. */
    record Call(Consumer<Boolean> ready) {}

    private final List<Call> calls = new ArrayList<>();
    private @Nullable Runnable changed;
    private boolean armed;

    /**
     * A POLL.
     *
     * @param whenChanged tells the kernel of a change, from now on; null if nobody waits for one
     */
    void add(Call call, @Nullable Runnable whenChanged) {
        if (whenChanged != null) {
            changed = whenChanged;
        }
        calls.add(call);
    }

    /** Answers, if it is still to be done, that there is nothing to read as far as is known. */
    void giveUp(Call call) {
        if (calls.remove(call)) {
            arm();
            call.ready().accept(false);
        }
    }

    boolean contains(Call call) {
        return calls.contains(call);
    }

    /** The process has seen that there was nothing more, or something has changed: the next thing to read is news. */
    void arm() {
        armed = changed != null;
    }

    /** Whether somebody has to know if there is something to read. */
    boolean areWaiting() {
        return armed || !calls.isEmpty();
    }

    /** Tells everybody who waits. */
    void answer(boolean ready) {
        List<Call> waiting = List.copyOf(calls);
        boolean news = armed && ready;
        calls.clear();
        armed = !ready && changed != null;
        waiting.forEach(call -> call.ready().accept(ready));
        if (news && changed != null) {
            changed.run();
        }
    }

    /** Nobody waits any more, or ever will. */
    void close() {
        answer(true);
        changed = null;
    }
}
