package org.dnpipes.fs;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.IndexSnapshot;
import org.dnpipes.pipe.IndexStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what this mount knows of pipes for later ones, and makes use of what was kept. Nothing waits for it but the one
 * who would have to read much more otherwise. Safe for use by many threads.
 *
 * <p>What was kept is believed only if the last message that it knows is there, stored under the same leader. Its topic
 * is the same by its id. If its head was removed since, the rest is still true. If messages were replaced, by an
 * unclean election of a leader, the last one was, and bears the epoch of another leader. Whoever keeps it answers for
 * topics that are compacted.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class Checkpoints {
    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);

    /** What is read again in a moment is not worth keeping. */
    private static final long WORTH_KEEPING = 1 << 20;

    /** For so long a checkpoint may hold up who waits. */
    private static final long PATIENCE_MS = 3000;

    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private final IndexStore store;
    private final Map<SharedPipe, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    Checkpoints(IndexStore store) {
        this.store = store;
    }

    /** Lets the index of {@code pipe}, whose extent must be known, go on with what was kept of it. Never fails. */
    CompletableFuture<Void> consult(SharedPipe pipe) {
        return store.load(pipe.id())
                .thenCompose(found -> useFirst(pipe, longestFirst(found)))
                .orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    log.debug("{}: no use is made of what was kept of it", pipe.id(), failure);
                    return null;
                });
    }

    private static List<IndexSnapshot> longestFirst(List<IndexSnapshot> found) {
        return found.stream()
                .sorted(Comparator.comparingLong(
                                (IndexSnapshot some) -> some.end().sequence())
                        .reversed())
                .toList();
    }

    private static CompletableFuture<Void> useFirst(SharedPipe pipe, List<IndexSnapshot> found) {
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        IndexSnapshot best = found.get(0);
        return isTrue(pipe, best).thenCompose(yes -> {
            if (yes) {
                pipe.offer(best.endingWithLast());
                return CompletableFuture.completedFuture(null);
            }
            return useFirst(pipe, found.subList(1, found.size()));
        });
    }

    private static CompletableFuture<Boolean> isTrue(SharedPipe pipe, IndexSnapshot kept) {
        if (kept.epoch() == Chunk.NO_EPOCH) {
            return CompletableFuture.completedFuture(false);
        }
        return epochOf(pipe, kept.last()).thenApply(epoch -> epoch.equals(OptionalInt.of(kept.epoch())));
    }

    /** Under which leader the message {@code sequence} was stored; nothing if it is not there. */
    private static CompletableFuture<OptionalInt> epochOf(SharedPipe pipe, long sequence) {
        ByteIndex index = pipe.knownIndex().orElse(null);
        if (index == null || sequence < index.origin().sequence() || sequence >= pipe.knownEnd()) {
            return CompletableFuture.completedFuture(OptionalInt.empty());
        }
        CompletableFuture<Chunk> read = pipe.fresh(sequence);
        return read.orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS).handle((chunk, failure) -> {
            if (failure != null) {
                read.cancel(false);
                return OptionalInt.empty();
            }
            return chunk.firstMessage() == sequence ? OptionalInt.of(chunk.firstEpoch()) : OptionalInt.empty();
        });
    }

    /** Keeps what is known of {@code pipe}, if that is worth it: much more than was kept last. Does not wait. */
    void keep(SharedPipe pipe) {
        if (pipe.mayHaveNews(WORTH_KEEPING) && underWay.putIfAbsent(pipe, NOTHING) == null) {
            CompletableFuture<Void> kept = keepNews(pipe);
            underWay.replace(pipe, kept);
            kept.whenComplete((done, failure) -> underWay.remove(pipe));
        }
    }

    /** Completes when nothing is being kept any more. */
    CompletableFuture<Void> kept() {
        return CompletableFuture.allOf(underWay.values().toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<Void> keepNews(SharedPipe pipe) {
        return pipe.index()
                .thenCompose(index -> {
                    pipe.offerWritten(Long.MAX_VALUE);
                    IndexSnapshot known = index.snapshot();
                    return pipe.isNews(known, WORTH_KEEPING)
                            ? keep(pipe, known)
                            : CompletableFuture.<Void>completedFuture(null);
                })
                .exceptionally(failure -> {
                    log.debug("{}: what is known of it is not kept", pipe.id(), failure);
                    return null;
                });
    }

    /** What was written without being read does not bear its leader's epoch yet. */
    private CompletableFuture<Void> keep(SharedPipe pipe, IndexSnapshot known) {
        CompletableFuture<OptionalInt> epoch = known.epoch() == Chunk.NO_EPOCH
                ? epochOf(pipe, known.last())
                : CompletableFuture.completedFuture(OptionalInt.of(known.epoch()));
        return epoch.thenCompose(found -> {
            if (found.isEmpty() || found.getAsInt() == Chunk.NO_EPOCH) {
                return CompletableFuture.completedFuture(null);
            }
            pipe.kept(known);
            return store.save(pipe.id(), known.withEpoch(found.getAsInt()));
        });
    }
}
