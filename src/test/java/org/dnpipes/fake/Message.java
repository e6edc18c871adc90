package org.dnpipes.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A stored message.
 *
 * @param value what readers see of it, without the line feed
 * @param transaction the one it was stored in, if any
 */
record Message(ByteBuffer value, long timestamp, @Nullable FakeTransaction transaction) {

    /** A message that keeps nothing of the caller's array. A null value looks to readers as an empty one. */
    static Message of(byte @Nullable [] value, long timestamp, @Nullable FakeTransaction transaction) {
        byte[] copy = value == null ? new byte[0] : value.clone();
        return new Message(ByteBuffer.wrap(copy).asReadOnlyBuffer(), timestamp, transaction);
    }

    /** Whether readers see it at all, once it is stable. */
    boolean isShown() {
        return transaction == null || !transaction.isAborted();
    }

    String text() {
        return UTF_8.decode(value.duplicate()).toString();
    }
}
