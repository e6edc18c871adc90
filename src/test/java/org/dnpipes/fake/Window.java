package org.dnpipes.fake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.Sink;
import org.jspecify.annotations.Nullable;

/**
 * The pushes of one pipe. One enters as soon as less than the limit is on the way and none is queued before it, however
 * large it is. Belongs to the engine's thread.
 */
final class Window {
    /** Somebody who waits until a push would be accepted. */
    record Room(FakeConnection owner, CompletableFuture<Void> answer) {}

    private final Store store;
    private final Log log;
    private final Deque<FakePush> queue = new ArrayDeque<>();
    private final Deque<FakePush> flying = new ArrayDeque<>();
    private final List<Room> rooms = new ArrayList<>();
    private long limit;
    private long bytes;
    private @Nullable PipeFailure failure;

    Window(Store store, Log log) {
        this.store = store;
        this.log = log;
        this.limit = store.window();
    }

    void limit(long most) {
        limit = most;
        advance();
    }

    void push(FakePush push) {
        if (failure != null) {
            throw failure;
        }
        queue.add(push);
        advance();
    }

    void room(Room room) {
        rooms.add(room);
        advance();
    }

    /** Moves on what can move: from the queue into the window, and from there, acknowledged, into the log. */
    void advance() {
        admit();
        while (!flying.isEmpty() && !log.isStopped() && !store.isHolding()) {
            acknowledge();
        }
        if (hasRoom()) {
            release(room -> true);
        }
    }

    /** Tells them that there is room, or no use in waiting. */
    void release(Predicate<Room> which) {
        List<Room> woken = rooms.stream().filter(which).toList();
        rooms.removeAll(woken);
        woken.forEach(room -> room.answer().complete(null));
    }

    /** Stores the oldest lines on their way and says so. */
    void acknowledge() {
        FakePush push = land();
        long first = log.end();
        long newest = 0;
        for (byte[] line : push.lines()) {
            newest = store.tick();
            log.append(Message.of(line, newest, null));
        }
        long end = log.end();
        log.serve();
        admit();
        push.store(new Sink.Run(first, end, newest));
    }

    void failOldest(PipeFailure why) {
        land().fail(why);
        advance();
    }

    /** Takes back a withdrawn push, and lets those behind it move up. */
    void forget(FakePush push) {
        if (queue.remove(push)) {
            push.cancel();
        }
        advance();
    }

    void fail(Predicate<FakePush> which, PipeFailure why) {
        List<FakePush> failed = new ArrayList<>(flying.stream().filter(which).toList());
        failed.addAll(queue.stream().filter(which).toList());
        flying.removeAll(failed);
        queue.removeAll(failed);
        bytes = flying.stream().mapToLong(FakePush::bytes).sum();
        failed.forEach(push -> push.fail(why));
        advance();
    }

    void pushesFail(@Nullable PipeFailure why) {
        failure = why;
        if (why != null) {
            fail(push -> true, why);
        }
    }

    /** The oldest push on its way that the test may acknowledge. */
    Optional<FakePush> oldest() {
        return log.isStopped() ? Optional.empty() : Optional.ofNullable(flying.peek());
    }

    int unacknowledged() {
        return flying.size();
    }

    int queued() {
        return queue.size();
    }

    private void admit() {
        while (!queue.isEmpty() && bytes < limit) {
            FakePush push = queue.remove();
            if (push.admit(store.nextTicket())) {
                flying.add(push);
                bytes += push.bytes();
                push.accepted().complete(null);
            } else {
                push.cancel();
            }
        }
    }

    private FakePush land() {
        FakePush push = flying.remove();
        bytes -= push.bytes();
        return push;
    }

    private boolean hasRoom() {
        return failure != null || (queue.isEmpty() && bytes < limit);
    }
}
