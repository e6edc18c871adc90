package org.dnpipes.fs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What a call of a process gets, now or later. A second answer to the same call fails the test that looks at it. */
final class Reply implements Answer {
    private static final int PATIENCE_S = 10;

    private final int size;
    private final CompletableFuture<Object> outcome = new CompletableFuture<>();
    private @Nullable Runnable onInterrupt;
    private boolean interrupted;
    private boolean answeredTwice;

    /** @param size how many bytes a read asks for */
    Reply(int size) {
        this.size = size;
    }

    @Override
    public void fail(Errno errno) {
        answer(errno);
    }

    @Override
    public void count(int count) {
        answer(count);
    }

    @Override
    public void bytes(Fill fill) {
        ByteBuffer target = ByteBuffer.allocate(size);
        fill.into(target);
        answer(ISO_8859_1.decode(target.flip()).toString());
    }

    @Override
    public void onInterrupt(Runnable whenInterrupted) {
        synchronized (this) {
            if (!interrupted) {
                onInterrupt = whenInterrupted;
                return;
            }
        }
        whenInterrupted.run();
    }

    /** A signal comes. */
    void interrupt() {
        Runnable toRun;
        synchronized (this) {
            interrupted = true;
            toRun = isAnswered() ? null : onInterrupt;
        }
        if (toRun != null) {
            toRun.run();
        }
    }

    /** Whether the answer is that a signal came. */
    boolean isInterrupted() {
        return isAnswered() && outcome.join() == Errno.EINTR;
    }

    /** Whether the answer is a failure. */
    boolean hasFailed() {
        return isAnswered() && outcome.join() instanceof Errno;
    }

    /** Whether the answer, which is waited for, is that it would have to wait. */
    boolean isEagain() {
        return await(Object.class) == Errno.EAGAIN;
    }

    boolean isAnswered() {
        return outcome.isDone();
    }

    /** Waits for whatever answer comes. */
    void awaitAnswer() {
        await(Object.class);
    }

    /** The bytes that were read; empty at the end of the pipe. */
    String text() {
        return (String) await(String.class);
    }

    int count() {
        return (Integer) await(Integer.class);
    }

    Errno errno() {
        return (Errno) await(Errno.class);
    }

    private void answer(Object what) {
        boolean first = outcome.complete(what);
        synchronized (this) {
            answeredTwice |= !first;
        }
    }

    private Object await(Class<?> kind) {
        Object got;
        try {
            got = outcome.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not answered within " + PATIENCE_S + " s", e);
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
        synchronized (this) {
            assertEquals(Optional.empty(), answeredTwice ? Optional.of("answered twice") : Optional.empty());
        }
        if (!kind.isInstance(got)) {
            throw new AssertionError("expected " + kind.getSimpleName() + " but got '" + got + "'");
        }
        return got;
    }
}
