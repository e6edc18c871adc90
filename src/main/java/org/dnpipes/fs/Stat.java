package org.dnpipes.fs;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.Source;

/** Finds out what stat(2) tells of a node. */
final class Stat {
    private static final int DIRECTORY_PERMISSIONS = 0777;
    private static final int PIPE_PERMISSIONS = 0666;

    /** GNU tools do not rely on a size that is a multiple of this: they read on. */
    private static final long PAGE = 4096;

    /** A pipe that nobody has opened here is read up to here to know its size. */
    private static final long SMALL = 4L << 20;

    /** Who asks about a name is not made to wait long. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Who asks about an open file may rely on the size, and is going to read all of it, as a rule. */
    private static final Duration PATIENCE_OF_FILE = Duration.ofSeconds(5);

    /** Who relies on a size waits for it as long as that takes, but not for messages that are not there any more. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final FsOptions options;
    private final Source source;
    private final Waiting waiting;
    private final Listings listings;
    private final Instant mounted;

    Stat(FsOptions options, Source source, Waiting waiting, Listings listings, Instant mounted) {
        this.options = options;
        this.source = source;
        this.waiting = waiting;
        this.listings = listings;
        this.mounted = mounted;
    }

    Attributes ofDirectory(Node directory) {
        return attributes(Attributes.S_IFDIR, DIRECTORY_PERMISSIONS, directory.inode(), 0, mounted);
    }

    /**
     * What the name of a pipe tells: how it is for whoever opens it now.
     *
     * @param own the readers of the one who asks, who may compare what the name tells with where they are
     */
    Attributes ofName(long inode, SharedPipe pipe, List<Reader> own, Caller caller) {
        return ofPipe(inode, pipe, own, caller, false);
    }

    /**
     * What an open file tells: how it is for whoever has it open. A reader that still has to be shown a reset is shown
     * it now, by a size of 0. While the cluster does not answer it is what was told last: tail -f would give up.
     *
     * @param asking its reader, or several if nobody knows which of them it is: then the size is the least of theirs;
     *     none if it cannot be read
     */
    Attributes ofFile(long inode, SharedPipe pipe, List<Reader> asking, Caller caller) {
        try {
            Attributes now = ofPipe(inode, pipe, asking, caller, true);
            asking.forEach(reader -> reader.told(now));
            return now;
        } catch (FsException e) {
            Optional<Attributes> before = e.errno() == Errno.ETIMEDOUT ? toldBefore(asking) : Optional.empty();
            return before.orElseThrow(() -> e);
        }
    }

    /** The least of what they were told last; none if one of them was not told anything. */
    private static Optional<Attributes> toldBefore(List<Reader> readers) {
        List<Attributes> told =
                readers.stream().flatMap(reader -> reader.told().stream()).toList();
        return told.size() < readers.size()
                ? Optional.empty()
                : told.stream().min(Comparator.comparingLong(Attributes::size));
    }

    private Attributes ofPipe(long inode, SharedPipe pipe, List<Reader> readers, Caller caller, boolean ofFile) {
        // Who may not look into a pipe may still write it: all that is unknown is its size.
        Optional<Extent> known = ifAllowed(() -> waiting.about(pipe, extent(pipe, caller), caller));
        if (known.isEmpty()) {
            return attributes(Attributes.S_IFREG, PIPE_PERMISSIONS, inode, 0, mounted);
        }
        Extent extent = known.get();
        long size = ofFile && showsReset(readers) ? 0 : size(pipe, extent, readers, caller, ofFile);
        return attributes(Attributes.S_IFREG, PIPE_PERMISSIONS, inode, size, modified(pipe, extent, caller));
    }

    /**
     * Whether one of them has to be shown a size of 0 since the pipe was reset. That is done then: each is shown one.
     */
    private static boolean showsReset(List<Reader> readers) {
        Optional<Reader> unaware =
                readers.stream().filter(Reader::hasResetToShow).findFirst();
        unaware.ifPresent(Reader::resetShown);
        return unaware.isPresent();
    }

    /** What is open here has to be looked at itself; a file in a list may have been looked at with the others. */
    private CompletableFuture<Extent> extent(SharedPipe pipe, Caller caller) {
        return pipe.isOpen() ? pipe.extent() : listings.take(caller.tid(), pipe).orElseGet(pipe::extent);
    }

    /** What {@code question} gives, if the cluster lets this user know. */
    private static <T> Optional<T> ifAllowed(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (FsException e) {
            if (e.errno() == Errno.EACCES) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The size of {@code pipe}, exact unless it is a multiple of {@link #PAGE}; never more than there is. */
    private long size(SharedPipe pipe, Extent extent, List<Reader> readers, Caller caller, boolean ofFile) {
        boolean reads = ofFile && readers.stream().anyMatch(Reader::hasPositionsOfThePipe);
        Duration patience = reads ? PATIENCE_OF_FILE : PATIENCE;
        boolean relies = readers.stream().anyMatch(Reader::isSeeking);
        long stable = relies ? indexAll(pipe, extent.stable(), caller) : extent.stable();
        if (!isIndexed(pipe, stable)) {
            index(pipe, stable, patience, caller);
        }
        ByteIndex index = index(pipe);
        Mark end = index.end();
        Optional<Mark> head = relies
                ? surely(pipe, index, () -> pipe.places().head(index), caller)
                : within(patience, pipe.places().head(index), caller);
        Mark first = head.orElseGet(index::behindHead);
        OptionalLong size = OptionalLong.empty();
        boolean exact = head.isPresent() && end.sequence() >= stable;
        for (Reader reader : readers) {
            Supplier<CompletableFuture<Long>> question = () -> reader.size(index, end, first, head.isPresent());
            Optional<Long> own =
                    relies ? surely(pipe, index, question, caller) : within(patience, question.get(), caller);
            exact &= own.isPresent();
            size = OptionalLong.of(Math.min(size.orElse(Long.MAX_VALUE), Math.max(0, own.orElse(0L))));
        }
        long least = size.orElseGet(() -> Math.max(0, end.position() - first.position()));
        if (exact) {
            return least;
        }
        if (relies && index(pipe) != index) {
            return size(pipe, waiting.about(pipe, pipe.extent(), caller), readers, caller, ofFile);
        }
        // tail -c believes the size of an open file that is larger than a block; if not, it seeks to the end.
        return (ofFile && !readers.isEmpty() ? Math.min(least, PAGE) : least) / PAGE * PAGE;
    }

    /**
     * The answer, however long that takes, if the cluster lets this user know: who relies on it begins to read where it
     * says. Fails if it cannot be known, or if the cluster does not answer at all. None also if {@code index} is not
     * the pipe's any more.
     */
    private <T> Optional<T> surely(
            SharedPipe pipe, ByteIndex index, Supplier<CompletableFuture<T>> question, Caller caller) {
        while (index(pipe) == index) {
            CompletableFuture<T> answer = question.get();
            while (!answer.isDone() && index(pipe) == index) {
                if (ifAllowed(() -> waiting.succeedsWithin(answer, caller, LOOK_AGAIN))
                        .isEmpty()) {
                    return Optional.empty();
                }
                if (!answer.isDone()) {
                    // What is waited for may be lost: then the pipe gets another index.
                    waiting.about(pipe, pipe.extent(), caller);
                }
            }
            if (answer.isDone()) {
                Optional<Boolean> known = ifAllowed(() -> waiting.succeedsWithin(answer, caller, LOOK_AGAIN));
                if (known.isEmpty() || known.get()) {
                    return known.map(yes -> answer.join());
                }
                // It is asked again, though not as fast as it may fail.
                waiting.pause(caller, LOOK_AGAIN);
            }
        }
        return Optional.empty();
    }

    /**
     * The answer, if it comes in time and the cluster lets this user know. It goes on for those who still wait. What
     * cannot be read now is a size that is not known: that keeps nobody from writing.
     */
    private <T> Optional<T> within(Duration patience, CompletableFuture<T> answer, Caller caller) {
        try {
            return ifAllowed(() -> waiting.succeedsWithin(answer, caller, patience))
                    .filter(succeeded -> succeeded)
                    .map(succeeded -> answer.join());
        } catch (FsException e) {
            if (e.errno() == Errno.EIO) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Waits until all before {@code stable} is indexed, or before where the pipe turns out to end. Returns that. */
    private long indexAll(SharedPipe pipe, long stable, Caller caller) {
        long end = stable;
        // A reset that becomes known meanwhile makes the index start anew.
        while (!isIndexed(pipe, end)) {
            CompletableFuture<Void> scan = pipe.indexer().index(end, Long.MAX_VALUE);
            try {
                do {
                    Optional<Boolean> done = ifAllowed(() -> waiting.succeedsWithin(scan, caller, LOOK_AGAIN));
                    if (done.isEmpty()) {
                        return end;
                    }
                    if (!done.get()) {
                        end = Math.min(
                                end, waiting.about(pipe, pipe.extent(), caller).stable());
                    }
                } while (!scan.isDone() && !isIndexed(pipe, end));
                if (scan.isCompletedExceptionally()) {
                    // It is tried again, though not as fast as it may fail.
                    waiting.pause(caller, LOOK_AGAIN);
                }
            } finally {
                scan.cancel(false);
            }
        }
        return end;
    }

    private void index(SharedPipe pipe, long stable, Duration patience, Caller caller) {
        CompletableFuture<Void> scan = pipe.indexer().index(stable, pipe.isOpen() ? Long.MAX_VALUE : SMALL);
        try {
            within(patience, scan, caller);
        } finally {
            // It goes on for those who still wait.
            scan.cancel(false);
        }
    }

    private Instant modified(SharedPipe pipe, Extent extent, Caller caller) {
        if (extent.isEmpty()) {
            return mounted;
        }
        long newest = index(pipe).newest();
        return isIndexed(pipe, extent.stable()) && newest > 0
                ? Instant.ofEpochMilli(newest)
                : ifAllowed(() -> waiting.about(pipe, source.newest(pipe.id()), caller))
                        .orElse(mounted);
    }

    private static boolean isIndexed(SharedPipe pipe, long stable) {
        return index(pipe).end().sequence() >= stable;
    }

    private static ByteIndex index(SharedPipe pipe) {
        return pipe.knownIndex().orElseThrow();
    }

    private Attributes attributes(int type, int permissions, long inode, long size, Instant modified) {
        int mode = type | (permissions & ~options.umask());
        return new Attributes(inode, mode, 1, options.uid(), options.gid(), size, modified);
    }
}
