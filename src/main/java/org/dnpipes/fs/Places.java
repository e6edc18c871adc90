package org.dnpipes.fs;

import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.OutOfRange;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where messages of a pipe start that lie between two places that an index knows, by reading the little there
 * is between them. Holds no thread. Safe for use by many threads.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class Places {
    private final SharedPipe pipe;
    /** Heads that are being counted: what many wait for is read once. */
    private final IdentityHashMap<ByteIndex, CompletableFuture<Mark>> heads = new IdentityHashMap<>();

    Places(SharedPipe pipe) {
        this.pipe = pipe;
    }

    /** Where the first message that is left starts. As a rule that is known, and the future is complete. */
    CompletableFuture<Mark> head(ByteIndex index) {
        Mark head = index.head();
        if (head != null) {
            return CompletableFuture.completedFuture(head);
        }
        CompletableFuture<Mark> counted = new CompletableFuture<>();
        synchronized (heads) {
            CompletableFuture<Mark> underWay = heads.putIfAbsent(index, counted);
            if (underWay != null) {
                return underWay.copy();
            }
        }
        countHead(index).whenComplete((found, failure) -> {
            synchronized (heads) {
                heads.remove(index);
            }
            if (failure == null) {
                counted.complete(found);
            } else {
                counted.completeExceptionally(failure);
            }
        });
        return counted.copy();
    }

    private CompletableFuture<Mark> countHead(ByteIndex index) {
        Mark head = index.head();
        if (head != null) {
            return CompletableFuture.completedFuture(head);
        }
        long first = index.first();
        Mark behind = index.behindHead();
        return bytes(first, behind.sequence())
                .thenAccept(bytes -> index.anchor(new Mark(behind.position() - bytes, first)))
                .exceptionally(failure -> learnRemoved(index, first, failure))
                .thenCompose(done -> countHead(index));
    }

    /**
     * Where the message {@code sequence}, or the first one behind it that is left, starts; before the end of the index.
     */
    CompletableFuture<Mark> of(ByteIndex index, long sequence) {
        return head(index).thenCompose(head -> {
            if (sequence <= head.sequence()) {
                return CompletableFuture.completedFuture(head);
            }
            Mark before = index.placeBefore(sequence);
            return bytes(before.sequence(), sequence)
                    .thenApply(bytes -> Optional.of(new Mark(before.position() + bytes, sequence)))
                    .exceptionally(failure -> {
                        learnRemoved(index, before.sequence(), failure);
                        return Optional.empty();
                    })
                    .thenCompose(found ->
                            found.isPresent() ? CompletableFuture.completedFuture(found.get()) : of(index, sequence));
        });
    }

    /** More was removed meanwhile: that can be told, but anything else fails. */
    private @Nullable Void learnRemoved(ByteIndex index, long first, Throwable failure) {
        PipeFailure why = PipeFailure.of(failure);
        if (why instanceof OutOfRange outside && outside.extent().first() > first) {
            pipe.learnRemoved(outside.extent());
            index.removeBefore(outside.extent().first());
            return null;
        }
        throw why;
    }

    /** How many bytes the messages from {@code from} up to the one before {@code to} have. */
    private CompletableFuture<Long> bytes(long from, long to) {
        Count count = new Count(from, to);
        count.goOn();
        return count.done;
    }

    /** Goes from chunk to chunk, without a stack that grows with them. */
    private final class Count {
        private final long to;
        private final CompletableFuture<Long> done = new CompletableFuture<>();
        private long sequence;
        private long bytes;

        Count(long from, long to) {
            this.sequence = from;
            this.to = to;
        }

        void goOn() {
            try {
                count();
            } catch (RuntimeException | Error e) {
                // Else nobody would ever answer those who wait.
                done.completeExceptionally(e);
            }
        }

        private void count() {
            while (sequence < to) {
                CompletableFuture<Chunk> next = pipe.chunk(sequence);
                if (!next.isDone()) {
                    next.whenComplete((chunk, failure) -> {
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
