package org.dnpipes.fs;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * The answer to a request that may have to wait. It is given exactly once, by any thread, now or later; giving it never
 * waits. Whoever waits with it also says what is to happen when the process that asked is interrupted.
 */
public interface Answer {

    /** Where nobody waits for an answer. */
    Answer NONE = new FutureAnswer(new CompletableFuture<>());

    /** The request fails. */
    void fail(Errno errno);

    /**
     * The request moved {@code count} bytes, or found these poll events; 0 is success where there is nothing to count.
     */
    void count(int count);

    /** The request reads what {@code fill} puts into the buffer it gets, at most as much as was asked for. */
    void bytes(Fill fill);

    /**
     * Says what to do when a signal interrupts the request. Called at most once, on another thread or, if the interrupt
     * has come already, at once on this one. After the request has been answered it is never called.
     */
    void onInterrupt(Runnable interrupted);

    /** Fills the answer to a read. */
    interface Fill {
        /** Puts bytes into {@code target}, whose remaining space is what was asked for. Must not keep it. */
        void into(ByteBuffer target);
    }
}
