package org.dnpipes.fs;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.dnpipes.fs.Restarts.Loss;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.ChunkCache;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.IndexSnapshot;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.OutOfRange;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;
import org.jspecify.annotations.Nullable;

/**
 * What all open files of one pipe share on this mount: what is known of its extent, the index of its bytes, and the
 * chunks that were read lately. Safe for use by many threads.
 *
 * <p>Positions in the index count from the first message that was retained when the pipe came into use here. They stay
 * while the pipe is open, also when retention removes messages. Only a reset makes them start anew, with another index.
 */
final class SharedPipe {
    /** For so long a look at the pipe waits to know whether others have reset it. */
    private static final long RESET_PATIENCE_MS = 1000;

    /** For so long it waits to know whether messages are lost that it had seen. */
    private static final long LOSS_PATIENCE_MS = 1000;

    /** So many bytes of the end are made ready for who looks at a large pipe. */
    private static final long AHEAD = 64 << 10;

    private final PipeId id;
    private final Source source;
    private final Function<PipeId, CompletableFuture<Long>> lastReset;
    private final ChunkCache cache;
    private final Checkpoints checkpoints;
    private final AnswerClock clock;
    private final Indexer indexer = new Indexer(this);
    private final Places places = new Places(this);
    private final Traffic trafficOfMount;
    private @Nullable Traffic traffic;
    private int opens;
    private boolean gone;
    private @Nullable ByteIndex index;
    private long knownStable;
    private long knownEnd;
    private final Restarts restarts = new Restarts();
    private final KeptPositions kept = new KeptPositions();
    /** The newest lines that this mount has written, as far as no others came between them. */
    private @Nullable ByteIndex written;

    SharedPipe(PipeId id, Context context) {
        this.id = id;
        this.source = context.source();
        this.lastReset = context.lastReset();
        this.cache = context.cache();
        this.checkpoints = context.checkpoints();
        this.clock = new AnswerClock(context.nanoTime());
        this.trafficOfMount = context.traffic();
    }

    /**
     * What all pipes of a mount use.
     *
     * @param lastReset as {@link org.dnpipes.pipe.Catalog#lastReset}
     * @param nanoTime as System.nanoTime
     * @param traffic counts what is done with all of them
     */
    record Context(
            Source source,
            Function<PipeId, CompletableFuture<Long>> lastReset,
            ChunkCache cache,
            Checkpoints checkpoints,
            LongSupplier nanoTime,
            Traffic traffic) {}

    PipeId id() {
        return id;
    }

    Indexer indexer() {
        return indexer;
    }

    /** Counts what is done with it. */
    synchronized Traffic traffic() {
        Traffic present = traffic;
        if (present == null) {
            present = trafficOfMount.part();
            traffic = present;
        }
        return present;
    }

    synchronized long indexedBytes() {
        return index == null ? 0 : index.end().position() - index.origin().position();
    }

    /** Counts an open file. */
    synchronized void opened() {
        opens++;
    }

    synchronized void closed() {
        opens--;
    }

    synchronized boolean isOpen() {
        return opens > 0;
    }

    /** Its topic was deleted, or is not as it was. */
    synchronized void goneForGood() {
        gone = true;
        cache.forget(id);
    }

    synchronized boolean isGone() {
        return gone;
    }

    /**
     * The extent as it is now, freshly asked for; whatever it shows of removed messages is taken into account first.
     */
    CompletableFuture<Extent> extent() {
        long question = clock.ask();
        Known known = known();
        return source.extent(id)
                .whenComplete((extent, failure) -> clock.answered(question, failure))
                .thenCompose(extent -> lookForReset(extent)
                        .thenCompose(done -> lookForLoss(extent, known))
                        .thenApply(done -> {
                            learn(extent);
                            return extent;
                        }));
    }

    /**
     * If {@code extent}, which is younger than what was {@code known}, ends before that, messages may be lost; or a
     * leader was asked that has been replaced, and does not know it. Readers are told by whoever leads now whether the
     * last message is there. Never fails.
     */
    private CompletableFuture<Void> lookForLoss(Extent extent, Known known) {
        if (extent.end() >= known.end()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Chunk> last = source.read(id, known.end() - 1);
        // Where the last message alone is lost, the pipe ends there, and that read would wait.
        CompletableFuture<Chunk> behind = source.read(id, known.end());
        return CompletableFuture.anyOf(last, behind)
                .orTimeout(LOSS_PATIENCE_MS, TimeUnit.MILLISECONDS)
                .handle((chunk, failure) -> {
                    last.cancel(false);
                    behind.cancel(false);
                    if (failure != null && PipeFailure.of(failure) instanceof OutOfRange lost && lost.isCutOff()) {
                        cutOff(lost.extent(), lost.intact(), known.loss());
                    }
                    return null;
                });
    }

    /** Up to where messages were read, or counted otherwise, and the last loss of some that was noticed. */
    private record Known(long end, Loss loss) {}

    private synchronized Known known() {
        return new Known(indexed(), restarts.loss());
    }

    /**
     * Kafka does not tell retention from a reset by others: if there is a doubt, finds out what it was. Never fails.
     */
    private CompletableFuture<Void> lookForReset(Extent extent) {
        OptionalLong known = doubtful(extent);
        if (known.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return lastReset
                .apply(id)
                .thenAccept(end -> {
                    // Retention may have removed even more since. A reset that was told, and has failed, does no harm:
                    // who has read what was left is not concerned.
                    if (known.getAsLong() < end && end <= extent.first()) {
                        reset(extent.first());
                    }
                })
                .exceptionally(failure -> null)
                .completeOnTimeout(null, RESET_PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    /** The first message that is known here, if the extent shows that it is gone and not why. */
    private synchronized OptionalLong doubtful(Extent extent) {
        if (opens == 0 || index == null || isAllGone(index, extent)) {
            return OptionalLong.empty();
        }
        long first = index.first();
        return extent.first() > first ? OptionalLong.of(first) : OptionalLong.empty();
    }

    private boolean isAllGone(ByteIndex known, Extent extent) {
        return extent.first() >= knownEnd && knownEnd > known.first();
    }

    /** Up to where the index goes now. */
    private long indexed() {
        return index == null ? 0 : index.end().sequence();
    }

    /** What is left of {@code patience} for an answer about the pipe, by the pipe's own clock. */
    Duration left(Duration patience) {
        return clock.left(patience);
    }

    /** The index of the pipe, which exists as soon as its extent has been known once. */
    CompletableFuture<ByteIndex> index() {
        Optional<ByteIndex> present = knownIndex();
        return present.isPresent()
                ? CompletableFuture.completedFuture(present.get())
                : extent().thenApply(e -> knownIndex().orElseThrow());
    }

    synchronized Optional<ByteIndex> knownIndex() {
        return Optional.ofNullable(index);
    }

    /** Positions that count from the first message that is left, as far as is known here. */
    CompletableFuture<Positions> fromHead() {
        return index().thenCompose(
                        index -> places.head(index).thenApply(head -> new Positions(index, -head.position())));
    }

    /** A cursor at the first message that is there now. */
    CompletableFuture<Cursor> begin() {
        return extent().thenCompose(extent -> index().thenApply(index -> {
            Mark head = index.head();
            // To read it is not necessary to know where in the file that was.
            return head == null ? Cursor.startingAt(index.first()) : Cursor.at(index, head);
        }));
    }

    Places places() {
        return places;
    }

    /** Everything before this can be read, as far as is known here. */
    synchronized long knownStable() {
        return knownStable;
    }

    /** Up to here there are messages, as far as is known here. */
    synchronized long knownEnd() {
        long seen = Math.max(knownEnd, indexed());
        return written == null ? seen : Math.max(seen, written.end().sequence());
    }

    /** Everything before this was removed by a reset that was made, or seen, here. */
    synchronized long removedBefore() {
        return restarts.removedBefore();
    }

    /** The last loss of messages that was noticed. */
    synchronized Loss loss() {
        return restarts.loss();
    }

    /** Messages from {@code sequence} on; waits for the first one. Cancelling ends the wait. */
    CompletableFuture<Chunk> chunk(long sequence) {
        Optional<Chunk> cached = cache.get(id, sequence);
        if (cached.isPresent()) {
            learn(cached.get());
            return CompletableFuture.completedFuture(cached.get());
        }
        CompletableFuture<Chunk> read = source.read(id, sequence);
        CompletableFuture<Chunk> learned = read.thenApply(chunk -> {
            learn(chunk);
            cache.put(id, chunk);
            return chunk;
        });
        learned.whenComplete((chunk, failure) -> {
            if (learned.isCancelled()) {
                read.cancel(false);
            }
        });
        return learned;
    }

    /** What is known of the pipe reaches near its end: that is what is read first of a large one, so it is read now. */
    void readAhead() {
        ByteIndex known = knownIndex().orElseThrow();
        long from = known.locate(Math.max(0, known.end().position() - AHEAD)).sequence();
        // Behind the last message a read would wait for the next one, for nobody.
        if (from < knownStable()) {
            var unused = chunk(from);
        }
    }

    /** Messages from {@code sequence} on, as they are now. Changes nothing of what is known. */
    CompletableFuture<Chunk> fresh(long sequence) {
        return source.read(id, sequence);
    }

    /**
     * This mount has stored lines.
     *
     * @param bytes how many a reader sees of them
     */
    synchronized void stored(Sink.Run run, long bytes) {
        if (written != null
                && written.origin().sequence() <= run.first()
                && run.first() < written.end().sequence()) {
            // Nothing is stored twice at one place: what was there has been lost, and with it who knows what.
            forgetAll(run.first(), run.first());
        }
        if (written == null || written.end().sequence() != run.first()) {
            written = new ByteIndex(new Mark(0, run.first()));
        }
        written.extend(run, bytes);
    }

    /** Lets the index go on with what was written here, if that ends before the message {@code stable}. */
    synchronized void offerWritten(long stable) {
        if (index == null || written == null) {
            return;
        }
        long end = index.end().sequence();
        ByteIndex.Mark last = written.end();
        if (end >= last.sequence()) {
            // The index knows all of it, or something else.
            written = null;
        } else if (end >= written.origin().sequence() && last.sequence() <= stable) {
            index.offer(written.snapshot());
        }
    }

    /** Whether much may be known of it that was not kept for others. Asks nobody. */
    synchronized boolean mayHaveNews(long bytes) {
        boolean indexed = index != null && kept.hasNews(index.end().position(), bytes);
        return indexed || (written != null && written.end().position() >= bytes);
    }

    synchronized boolean isNews(IndexSnapshot known, long bytes) {
        return known.last() >= 0 && kept.hasNews(known.end().position(), bytes);
    }

    /** What {@code of} knew, as {@code known} says, was kept for others. */
    synchronized void kept(ByteIndex of, IndexSnapshot known) {
        if (index == of) {
            kept.kept(known.end().position());
        }
    }

    /** Others have found out what is true of this pipe, as of the time when its index was {@code of}. */
    synchronized void offer(ByteIndex of, IndexSnapshot known) {
        if (index == of) {
            of.offer(known);
            kept.kept(of.placeBefore(known.end().sequence()).position());
        }
    }

    /**
     * Makes use of what was kept of the pipe by others, if that has not been tried lately and there is so much to read
     * that it may be worth it, or was. Null if not; else completes when that is done.
     */
    @Nullable
    CompletableFuture<Void> consult(long worth) {
        synchronized (this) {
            long position = index == null ? 0 : index.end().position();
            if (index == null || !kept.consult(position, knownStable - indexed(), worth)) {
                return null;
            }
        }
        return checkpoints.consult(this);
    }

    private synchronized void learn(Chunk chunk) {
        knownStable = Math.max(knownStable, chunk.next());
        knownEnd = Math.max(knownEnd, chunk.next());
        if (index != null) {
            index.extend(chunk);
        }
    }

    /** A read has shown that messages are not there any more. */
    void learnRemoved(Extent extent) {
        var unused = lookForReset(extent);
        learn(extent);
    }

    /** Takes in what was found out about the extent. */
    private synchronized void learn(Extent extent) {
        if (index == null) {
            index = new ByteIndex(new Mark(0, extent.first()));
        } else if (extent.first() > index.first()) {
            headRemoved(index, extent);
        }
        knownStable = Math.max(knownStable, extent.stable());
        knownEnd = Math.max(knownEnd, extent.end());
    }

    /** Retention has been at work, or a reset by somebody else. */
    private void headRemoved(ByteIndex known, Extent extent) {
        if (isAllGone(known, extent)) {
            // Nothing is left of what was known here. If that was retention, starting anew does no harm either.
            reset(extent.first());
        } else if (opens == 0) {
            beginAnew(extent.first());
            kept.consultAnew();
        } else {
            known.removeBefore(extent.first());
            cache.removeBefore(id, extent.first());
        }
    }

    /**
     * Messages that were known are not there, though the head is not meant: Kafka's unclean leader election has cut off
     * the end, and others may have taken their place. Nothing that was known of the pipe can be believed any more.
     *
     * @param intact before this message none was replaced
     * @param seen the last loss that was known before: if there was another one since, that is the one that was met
     */
    synchronized void cutOff(Extent extent, long intact, Loss seen) {
        if (restarts.loss() == seen) {
            knownStable = extent.stable();
            forgetAll(intact, extent.end());
        } else {
            restarts.lostFrom(intact);
        }
    }

    /** Positions start anew, and all that is known is that there were messages up to {@code end} a moment ago. */
    private void forgetAll(long intact, long end) {
        restarts.lost(intact, end, index != null);
        knownStable = Math.min(knownStable, end);
        knownEnd = end;
        written = null;
        kept.consultAnew();
        cache.forget(id);
        if (index != null) {
            beginAnew(Math.max(restarts.removedBefore(), Math.min(index.first(), end)));
            // Whoever waits for that is told without a lock.
            Later.run(0, indexer::beginAnew);
        }
    }

    /** Positions count from {@code first}, and nothing is known of what is there. */
    private void beginAnew(long first) {
        index = new ByteIndex(new Mark(0, first));
        kept.beginAnew();
        // Nobody reads what was there before.
        cache.removeBefore(id, first);
    }

    /** All messages before {@code end} are gone for good: positions start anew there. */
    synchronized void reset(long end) {
        if (restarts.isNews(end)) {
            restarts.reset(end);
            beginAnew(end);
        }
    }

    /** How often positions have started anew. Readers of a regular file have to be shown when that happens. */
    synchronized int resets() {
        return restarts.resets();
    }

    /**
     * Whether positions start anew also for one who has read all before {@code sequence}, and was shown {@code shown}
     * resets. Not for one who has read already what was pushed after, or during, a reset: it would get that twice.
     */
    synchronized boolean startsAnewFor(long sequence, int shown) {
        return restarts.startsAnewFor(sequence, shown);
    }
}
