package org.dnpipes.fs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.dnpipes.pipe.ByteIndex;
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

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration FOR_EVER = Duration.ofDays(365);

    private final FsOptions options;
    private final Source source;
    private final Waiting waiting;
    private final Processes processes;
    private final Listings listings;
    private final Instant mounted;

    Stat(FsOptions options, Source source, Waiting waiting, Processes processes, Listings listings, Instant mounted) {
        this.options = options;
        this.source = source;
        this.waiting = waiting;
        this.processes = processes;
        this.listings = listings;
        this.mounted = mounted;
    }

    Attributes ofDirectory(Node directory) {
        return attributes(Attributes.S_IFDIR, DIRECTORY_PERMISSIONS, directory.inode(), 0, mounted);
    }

    /** @param handle the open file that is asked about, if the process has said so */
    Attributes ofPipe(long inode, SharedPipe pipe, Optional<Reader> handle, Caller caller) {
        // Who may not look into a pipe may still write it: all that is unknown is its size.
        return ifAllowed(() -> waiting.about(pipe, extent(pipe, caller), caller))
                .map(extent -> ofPipe(inode, pipe, extent, handle, caller))
                .orElseGet(() -> attributes(Attributes.S_IFREG, PIPE_PERMISSIONS, inode, 0, mounted));
    }

    /** What is open here has to be looked at itself; a file in a list may have been looked at with the others. */
    private CompletableFuture<Extent> extent(SharedPipe pipe, Caller caller) {
        return pipe.isOpen() ? pipe.extent() : listings.take(caller.tid(), pipe).orElseGet(pipe::extent);
    }

    private Attributes ofPipe(long inode, SharedPipe pipe, Extent extent, Optional<Reader> handle, Caller caller) {
        long size = sizeShown(pipe, extent, handle, caller);
        return attributes(Attributes.S_IFREG, PIPE_PERMISSIONS, inode, size, modified(pipe, extent, caller));
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
    private long sizeShown(SharedPipe pipe, Extent extent, Optional<Reader> handle, Caller caller) {
        List<Reader> unaware = pipe.readers().stream()
                .filter(Reader::hasResetToShow)
                .filter(reader -> handle.map(h -> h == reader).orElseGet(() -> mayBeOf(reader, caller)))
                .toList();
        if (!unaware.isEmpty()) {
            unaware.forEach(Reader::resetShown);
            return 0;
        }
        return size(pipe, extent, handle, caller);
    }

    /** fstat(2) does not tell for which open file it asks: it is one of the same process. */
    private boolean mayBeOf(Reader reader, Caller caller) {
        return reader.openedBy() == caller.tid()
                || processes.processOf(reader.openedBy()).equals(processes.processOf(caller.tid()));
    }

    private long size(SharedPipe pipe, Extent extent, Optional<Reader> handle, Caller caller) {
        if (!isIndexed(pipe, extent)) {
            index(pipe, extent, reliesOnSize(pipe, handle, caller) ? FOR_EVER : PATIENCE, caller);
        }
        ByteIndex.Mark end = index(pipe).end();
        return end.sequence() >= extent.stable() ? end.position() : end.position() / PAGE * PAGE;
    }

    /** Whether a reader of the one who asks treats the pipe as a regular file. Others need not wait for that. */
    private boolean reliesOnSize(SharedPipe pipe, Optional<Reader> handle, Caller caller) {
        return handle.filter(Reader::isSeeking).isPresent()
                || pipe.readers().stream().anyMatch(reader -> reader.isSeeking() && mayBeOf(reader, caller));
    }

    private void index(SharedPipe pipe, Extent extent, Duration patience, Caller caller) {
        CompletableFuture<Void> scan = pipe.indexer().index(extent.stable(), pipe.isOpen() ? Long.MAX_VALUE : SMALL);
        try {
            ifAllowed(() -> waiting.succeedsWithin(scan, caller, patience));
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
        return isIndexed(pipe, extent) && newest > 0
                ? Instant.ofEpochMilli(newest)
                : ifAllowed(() -> waiting.about(pipe, source.newest(pipe.id()), caller))
                        .orElse(mounted);
    }

    private static boolean isIndexed(SharedPipe pipe, Extent extent) {
        return index(pipe).end().sequence() >= extent.stable();
    }

    private static ByteIndex index(SharedPipe pipe) {
        return pipe.knownIndex().orElseThrow();
    }

    private Attributes attributes(int type, int permissions, long inode, long size, Instant modified) {
        int mode = type | (permissions & ~options.umask());
        return new Attributes(inode, mode, 1, options.uid(), options.gid(), size, modified);
    }
}
