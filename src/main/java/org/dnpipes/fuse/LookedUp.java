package org.dnpipes.fuse;

import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.dnpipes.fs.JustDone;
import org.jspecify.annotations.Nullable;

/**
 * What threads have just been told of a name. stat(2) makes the kernel ask twice, with LOOKUP for the name and then
 * with GETATTR for what it names: the second answer is the first one, since it belongs to the same call as a rule; if
 * not, it is a few milliseconds old. It is kept as it was sent, so that neither libfuse nor the file system has to be
 * asked. Safe for use by many threads.
 */
final class LookedUp {
    private final JustDone<Told> told;

    private record Told(long node, ByteBuffer attributes) {}

    /** @param nanoTime as System.nanoTime */
    LookedUp(LongSupplier nanoTime) {
        this.told = new JustDone<>(nanoTime);
    }

    /** @param attributes fuse_attr, as it is sent; it must not be changed any more */
    void told(int tid, long node, ByteBuffer attributes) {
        told.put(tid, new Told(node, attributes));
    }

    /** What the thread has just been told of {@code node}; null if nothing. Once: then all it was told is forgotten. */
    @Nullable
    ByteBuffer take(int tid, long node) {
        Told last = told.take(tid);
        return last != null && last.node == node ? last.attributes : null;
    }

    /** The thread does something else now. */
    void forget(int tid) {
        told.forget(tid);
    }
}
