package org.dnpipes.fs;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.ByteIndex.Seam;
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

    /** So many pipes are kept at a time: the connection is that of those who look at names. */
    private static final int MOST_UNDER_WAY = 8;

    private final IndexStore store;
    /** These are guarded by this. */
    private final Set<SharedPipe> underWay = new HashSet<>();
    /** Those whose turn comes later: no more than are open, or were closed a moment ago. */
    private final Set<SharedPipe> later = new LinkedHashSet<>();
    /** Completes when nothing is under way any more. */
    private CompletableFuture<Void> idle = CompletableFuture.completedFuture(null);

    Checkpoints(IndexStore store) {
        this.store = store;
    }

    /** Lets the index of {@code pipe}, whose extent must be known, go on with what was kept of it. Never fails. */
    CompletableFuture<Void> consult(SharedPipe pipe) {
        // If anything happens meanwhile that makes it untrue, the pipe gets another one.
        ByteIndex index = pipe.knownIndex().orElseThrow();
        // Meanwhile, what most of what is kept ends with, and who asks for a size reads first: the end.
        message(pipe, pipe.knownStable() - 1);
        return store.load(pipe.id())
                .thenCompose(found -> useFirst(pipe, index, longestFirst(found)))
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

    private static CompletableFuture<Void> useFirst(SharedPipe pipe, ByteIndex index, List<IndexSnapshot> found) {
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        IndexSnapshot best = found.get(0);
        return isTrue(pipe, best).thenCompose(yes -> {
            log.debug(
                    "{}: what was kept of it, up to {}, {}",
                    pipe.id(),
                    best.end(),
                    yes ? "is true" : "may not be true");
            if (yes) {
                pipe.offer(index, best.endingWithLast());
                pipe.readAhead();
                return CompletableFuture.completedFuture(null);
            }
            return useFirst(pipe, index, found.subList(1, found.size()));
        });
    }

    private static CompletableFuture<Boolean> isTrue(SharedPipe pipe, IndexSnapshot kept) {
        return isStored(pipe, kept.last(), kept.epoch());
    }

    /** Whether the message is there, stored under that leader. */
    private static CompletableFuture<Boolean> isStored(SharedPipe pipe, long sequence, int epoch) {
        return message(pipe, sequence)
                .thenApply(found -> epoch != Chunk.NO_EPOCH
                        && found.filter(chunk -> chunk.firstEpoch() == epoch).isPresent());
    }

    /** Messages from {@code sequence} on; nothing if that one is not there. */
    private static CompletableFuture<Optional<Chunk>> message(SharedPipe pipe, long sequence) {
        ByteIndex index = pipe.knownIndex().orElse(null);
        if (index == null || sequence < index.first() || sequence >= pipe.knownEnd()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        CompletableFuture<Chunk> read = pipe.fresh(sequence);
        return read.copy().orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS).handle((chunk, failure) -> {
            if (failure != null) {
                read.cancel(false);
                return Optional.empty();
            }
            return chunk.firstMessage() == sequence ? Optional.of(chunk) : Optional.empty();
        });
    }

    /** Keeps what is known of {@code pipe}, if that is worth it: much more than was kept last. Does not wait. */
    void keep(SharedPipe pipe) {
        if (!pipe.mayHaveNews(WORTH_KEEPING)) {
            return;
        }
        synchronized (this) {
            later.add(pipe);
        }
        keepNext();
    }

    private void keepNext() {
        SharedPipe pipe;
        synchronized (this) {
            Optional<SharedPipe> next = underWay.size() < MOST_UNDER_WAY
                    ? later.stream().filter(some -> !underWay.contains(some)).findFirst()
                    : Optional.empty();
            if (next.isEmpty()) {
                return;
            }
            pipe = next.get();
            later.remove(pipe);
            if (idle.isDone()) {
                idle = new CompletableFuture<>();
            }
            underWay.add(pipe);
        }
        // On another stack: often there is nothing to be done, and then comes the next one.
        keepNews(pipe).whenComplete((done, failure) -> Later.run(0, () -> ended(pipe)));
    }

    private void ended(SharedPipe pipe) {
        CompletableFuture<Void> over = null;
        synchronized (this) {
            underWay.remove(pipe);
            if (underWay.isEmpty() && later.isEmpty()) {
                over = idle;
            }
        }
        if (over == null) {
            keepNext();
        } else {
            over.complete(null);
        }
    }

    /** Completes when nothing is being kept any more. */
    synchronized CompletableFuture<Void> kept() {
        return idle;
    }

    private CompletableFuture<Void> keepNews(SharedPipe pipe) {
        return pipe.index()
                .thenCompose(index -> {
                    pipe.offerWritten(Long.MAX_VALUE);
                    IndexSnapshot known = index.snapshot();
                    return pipe.isNews(known, WORTH_KEEPING)
                            ? keep(pipe, index, known)
                            : CompletableFuture.<Void>completedFuture(null);
                })
                .exceptionally(failure -> {
                    log.debug("{}: what is known of it is not kept", pipe.id(), failure);
                    return null;
                });
    }

    private CompletableFuture<Void> keep(SharedPipe pipe, ByteIndex index, IndexSnapshot known) {
        List<Seam> seams = index.seams();
        if (seams == null) {
            return CompletableFuture.completedFuture(null);
        }
        return hold(pipe, seams).thenCompose(all -> {
            if (!all) {
                return CompletableFuture.<Void>completedFuture(null);
            }
            index.holds(seams);
            return epoch(pipe, known)
                    .thenCompose(epoch -> epoch.isEmpty()
                            ? CompletableFuture.<Void>completedFuture(null)
                            : store.save(pipe.id(), known.withEpoch(epoch.getAsInt()))
                                    .thenRun(() -> pipe.kept(index, known)));
        });
    }

    /**
     * Whether nothing was replaced where the leader has changed. If it was, what lies behind has another epoch, and
     * would be no proof of what was counted before.
     */
    private static CompletableFuture<Boolean> hold(SharedPipe pipe, List<Seam> seams) {
        if (seams.isEmpty()) {
            return CompletableFuture.completedFuture(true);
        }
        Seam first = seams.get(0);
        return isStored(pipe, first.last(), first.epoch())
                .thenCompose(yes ->
                        yes ? hold(pipe, seams.subList(1, seams.size())) : CompletableFuture.completedFuture(false));
    }

    /**
     * Under which leader the last message was stored. What was written without being read does not bear that yet: then
     * it must be the line that was written, by its time.
     */
    private static CompletableFuture<OptionalInt> epoch(SharedPipe pipe, IndexSnapshot known) {
        if (known.epoch() != Chunk.NO_EPOCH) {
            return CompletableFuture.completedFuture(OptionalInt.of(known.epoch()));
        }
        return message(pipe, known.last())
                .thenApply(found -> found.filter(chunk -> chunk.firstTime() == known.newest())
                        .filter(chunk -> chunk.firstEpoch() != Chunk.NO_EPOCH)
                        .map(chunk -> OptionalInt.of(chunk.firstEpoch()))
                        .orElseGet(OptionalInt::empty));
    }
}
