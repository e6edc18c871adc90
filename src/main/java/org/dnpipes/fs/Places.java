package org.dnpipes.fs;

import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.OutOfRange;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where messages start that lie between two places that an index knows, by reading the little there is
 * between them. Holds no thread, keeps nothing.
 */
final class Places {
    private Places() {}

    /** Where the first message that is left starts. As a rule that is known, and the future is complete. */
    static CompletableFuture<Mark> head(SharedPipe pipe, ByteIndex index) {
        Mark head = index.head();
        if (head != null) {
            return CompletableFuture.completedFuture(head);
        }
        long first = index.first();
        Mark behind = index.behindHead();
        return bytes(pipe, first, behind.sequence())
                .thenAccept(bytes -> index.anchor(new Mark(behind.position() - bytes, first)))
                .exceptionally(failure -> learnRemoved(pipe, index, first, failure))
                .thenCompose(done -> head(pipe, index));
    }

    /** Where the message {@code sequence} starts, which lies before the end of {@code index} and is not removed. */
    static CompletableFuture<Mark> of(SharedPipe pipe, ByteIndex index, long sequence) {
        return head(pipe, index).thenCompose(head -> {
            Mark before = index.placeBefore(sequence);
            return bytes(pipe, before.sequence(), sequence)
                    .thenApply(bytes -> new Mark(before.position() + bytes, sequence));
        });
    }

    /** More was removed meanwhile: that can be told, but anything else fails. */
    private static @Nullable Void learnRemoved(SharedPipe pipe, ByteIndex index, long first, Throwable failure) {
        PipeFailure why = PipeFailure.of(failure);
        if (why instanceof OutOfRange outside && outside.extent().first() > first) {
            pipe.learnRemoved(outside.extent());
            index.removeBefore(outside.extent().first());
            return null;
        }
        throw why;
    }

    /** How many bytes the messages from {@code from} up to the one before {@code to} have. */
    private static CompletableFuture<Long> bytes(SharedPipe pipe, long from, long to) {
        Count count = new Count(pipe, from, to);
        count.goOn();
        return count.done;
    }

    /** Goes from chunk to chunk, without a stack that grows with them. */
    private static final class Count {
        private final SharedPipe pipe;
        private final long to;
        private final CompletableFuture<Long> done = new CompletableFuture<>();
        private long sequence;
        private long bytes;

        Count(SharedPipe pipe, long from, long to) {
            this.pipe = pipe;
            this.sequence = from;
            this.to = to;
        }

        void goOn() {
            while (sequence < to) {
                CompletableFuture<Chunk> next = pipe.chunk(sequence);
                if (!next.isDone()) {
                    var unused = next.whenComplete((chunk, failure) -> {
                        if (took(chunk, failure)) {
                            goOn();
                        }
                    });
                    return;
                }
                Throwable failure = next.handle((chunk, thrown) -> thrown).join();
                if (!took(failure == null ? next.join() : null, failure)) {
                    return;
                }
            }
            done.complete(bytes);
        }

        private boolean took(@Nullable Chunk chunk, @Nullable Throwable failure) {
            if (chunk == null) {
                done.completeExceptionally(
                        failure == null ? new IllegalStateException("neither a chunk nor a failure") : failure);
                return false;
            }
            bytes += chunk.positionOf(to) - chunk.positionOf(sequence);
            sequence = chunk.next();
            return true;
        }
    }
}
