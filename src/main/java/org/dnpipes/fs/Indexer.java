package org.dnpipes.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.dnpipes.fs.Restarts.Loss;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.PipeFailure;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pipe in order to know its bytes, as far as somebody waits for that, and no further. One scan serves all who
 * ask; it holds no thread. Safe for use by many threads; futures are completed without its lock.
 */
final class Indexer {
    /** Before it reads more than that, it asks whether somebody else has done so. */
    private static final long WORTH_ASKING = 512 << 10;

    /** For so long it waits for the answer. */
    private static final long CONSULT_MS = 1000;

    private record Wish(long sequence, long upTo, CompletableFuture<Void> done) {
        boolean isFulfilledBy(ByteIndex.Mark end) {
            return end.sequence() >= sequence || end.position() >= upTo;
        }
    }

    private final SharedPipe pipe;
    private final List<Wish> wishes = new ArrayList<>();
    /** Whether a scan is under way: from when the first one asks until it has seen that nobody waits any more. */
    private boolean scanning;
    /** What the scan waits for. */
    private @Nullable CompletableFuture<Chunk> reading;

    Indexer(SharedPipe pipe) {
        this.pipe = pipe;
    }

    /**
     * Indexes up to the message before {@code sequence}, but not much further than position {@code upTo}. Completes
     * when one of them is reached. Whoever does not wait any more cancels; the last one to do so ends the scan.
     */
    CompletableFuture<Void> index(long sequence, long upTo) {
        Wish wish = new Wish(sequence, upTo, new CompletableFuture<>());
        boolean start;
        synchronized (this) {
            wishes.add(wish);
            start = !scanning;
            scanning = true;
        }
        wish.done().whenComplete((done, thrown) -> forget(wish));
        if (start) {
            pipe.index().whenComplete((index, failure) -> goOn(failure));
        }
        return wish.done();
    }

    /** The pipe has got another index: what is read for the old one is of no use. */
    void beginAnew() {
        CompletableFuture<Chunk> unwanted;
        synchronized (this) {
            unwanted = reading;
        }
        if (unwanted != null) {
            unwanted.cancel(false);
        }
    }

    private void forget(Wish wish) {
        CompletableFuture<Chunk> unwanted;
        synchronized (this) {
            wishes.remove(wish);
            unwanted = wishes.isEmpty() ? reading : null;
        }
        if (unwanted != null) {
            unwanted.cancel(false);
        }
    }

    /** Takes as many chunks as are there; comes back when the next one is. */
    private void goOn(@Nullable Throwable failure) {
        try {
            scan(failure);
        } catch (RuntimeException | Error e) {
            // Nobody would ever answer those who wait, nor scan again.
            fail(e);
        }
    }

    private void scan(@Nullable Throwable failure) {
        Throwable failed = failure;
        // From where it was not far enough: what is offered meanwhile may take the index to the end of the pipe, where
        // nothing can be read.
        ByteIndex.Mark from;
        while (failed == null && (from = wanted()) != null) {
            CompletableFuture<Void> consulted = pipe.consult(WORTH_ASKING);
            if (consulted != null) {
                // What comes of it is taken over whenever it comes, but as a rule it comes soon and saves the rest.
                consulted
                        .completeOnTimeout(null, CONSULT_MS, TimeUnit.MILLISECONDS)
                        .whenComplete((done, thrown) -> goOn(null));
                return;
            }
            Loss seen = pipe.loss();
            CompletableFuture<Chunk> next = pipe.chunk(from.sequence());
            if (!next.isDone()) {
                await(next, seen);
                return;
            }
            failed = outcome(next, seen);
        }
        if (failed != null) {
            fail(failed);
        }
    }

    private void await(CompletableFuture<Chunk> next, Loss seen) {
        boolean wanted;
        synchronized (this) {
            reading = next;
            wanted = !wishes.isEmpty();
        }
        var unused = next.whenComplete((chunk, thrown) -> goOn(outcome(next, seen)));
        if (!wanted || pipe.loss() != seen) {
            next.cancel(false);
        }
    }

    /**
     * Why {@code read}, which is done, means that the scan cannot go on. One that was cancelled does not.
     *
     * @param seen the last loss that was known when it began
     */
    private @Nullable Throwable outcome(CompletableFuture<Chunk> read, Loss seen) {
        synchronized (this) {
            reading = null;
        }
        return read.isCancelled()
                ? null
                : skipRemoved(read.handle((chunk, thrown) -> thrown).join(), seen);
    }

    /** Where the scan has to go on; null if it has not: then the next one who asks starts another. */
    private ByteIndex.@Nullable Mark wanted() {
        pipe.offerWritten(pipe.knownStable());
        ByteIndex.Mark end = pipe.knownIndex().orElseThrow().end();
        List<Wish> fulfilled = take(wish -> wish.isFulfilledBy(end));
        fulfilled.forEach(wish -> wish.done().complete(null));
        synchronized (this) {
            scanning = !wishes.isEmpty();
            return scanning ? end : null;
        }
    }

    private void fail(Throwable failed) {
        List<Wish> failing;
        synchronized (this) {
            failing = take(wish -> true);
            scanning = false;
        }
        failing.forEach(wish -> wish.done().completeExceptionally(failed));
    }

    private synchronized List<Wish> take(Predicate<Wish> which) {
        List<Wish> taken = wishes.stream().filter(which).toList();
        wishes.removeAll(taken);
        return taken;
    }

    /** Messages that were removed meanwhile need no index. */
    private @Nullable Throwable skipRemoved(@Nullable Throwable thrown, Loss seen) {
        if (thrown != null && PipeFailure.of(thrown) instanceof PipeFailure.OutOfRange removed) {
            if (removed.isCutOff()) {
                pipe.cutOff(removed.extent(), removed.intact(), seen);
            }
            pipe.learnRemoved(removed.extent());
            ByteIndex index = pipe.knownIndex().orElseThrow();
            index.removeBefore(removed.extent().first());
            return index.end().sequence() <= removed.extent().end() ? null : thrown;
        }
        return thrown;
    }
}
