package org.dnpipes.fs;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.dnpipes.fs.Node.Pipe;
import org.dnpipes.pipe.ChunkCache;
import org.dnpipes.pipe.Engine;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.Topic;
import org.dnpipes.pipe.TopicName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pipes as a file system. Operations carry FUSE's names. Those about names are served by the thread that calls, which
 * may wait, and fail with an {@link FsException}; those about data return at once and answer when they can.
 *
 * <p>Safe for use by many threads.
 */
public final class FileSystem implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileSystem.class);

    /** The longest name, in bytes. */
    public static final int NAME_MAX = TopicName.MAX_LENGTH;

    private static final long CACHE_BYTES = 64L << 20;
    private static final long HELD_BYTES = 64L << 20;
    private static final long CHECK_PERIOD_MS = 1000;
    private static final long DRAIN_TIMEOUT_MS = 2000;
    private static final long KEEP_PERIOD_MS = 10_000;
    private static final long KEEP_TIMEOUT_MS = 1000;

    /** Nobody wants to look at an ls for longer, whatever patience a write has. */
    private static final Duration NAMES_TIMEOUT = Duration.ofSeconds(10);

    /** While nobody tells who writes, files are opened all the same. */
    private static final Duration BEGIN_TIMEOUT = Duration.ofSeconds(1);

    private final Path mountpoint;
    private final Engine engine;
    private final FsOptions options;
    private final Waiting waiting;
    private final OpenTopics openTopics = new OpenTopics();
    private final Names names;
    private final LastOpened lastOpened = new LastOpened(System::nanoTime);
    private final Listings listings;
    private final Stat stat;
    private final Getattr getattr;
    private final ExtendedAttributes extendedAttributes;
    private final Checkpoints checkpoints;
    private final Census census;
    private final Pipes pipes;
    private final Handles handles = new Handles();
    private final Processes processes;
    private final OpenPaths openPaths;
    private final Writer.Context writers;
    private final ScheduledExecutorService background;
    private final ExecutorService looks = Looks.executor();
    private final OpenFiles openFiles = new OpenFiles(handles);

    /** @param mountpoint where it will be mounted: the path that processes open it by */
    public FileSystem(Path mountpoint, Engine engine, FsOptions options) {
        this(mountpoint, engine, options, new Processes());
    }

    FileSystem(Path mountpoint, Engine engine, FsOptions options, Processes processes) {
        this.mountpoint = mountpoint;
        this.engine = engine;
        this.options = options;
        this.processes = processes;
        this.openPaths = new OpenPaths(processes);
        this.waiting = new Waiting(
                options.timeout().compareTo(NAMES_TIMEOUT) < 0 ? options.timeout() : NAMES_TIMEOUT, processes);
        this.names = new Names(engine.catalog(), options, waiting, openTopics);
        this.checkpoints = new Checkpoints(engine.indexes());
        SharedPipe.Context shared = new SharedPipe.Context(
                engine.source(),
                engine.catalog()::lastReset,
                new ChunkCache(CACHE_BYTES),
                checkpoints,
                System::nanoTime,
                Traffic.ofMount());
        this.pipes = new Pipes(shared);
        this.listings = new Listings(pipes, System::nanoTime);
        this.stat = new Stat(options, engine.source(), waiting, listings, Instant.now());
        this.getattr = new Getattr(names, pipes, handles, openPaths, lastOpened, stat);
        this.extendedAttributes = new ExtendedAttributes(engine.catalog(), pipes, waiting);
        this.background = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "dnpipes-fs");
            thread.setDaemon(true);
            return thread;
        });
        HeldBytes held = new HeldBytes(HELD_BYTES);
        this.census = new Census(handles, pipes, held, shared);
        this.writers = new Writer.Context(
                engine.sink(), engine.presence(), processes, held, looks, System::nanoTime, options.synchronous());
        background.scheduleWithFixedDelay(this::checkTopics, CHECK_PERIOD_MS, CHECK_PERIOD_MS, TimeUnit.MILLISECONDS);
        background.scheduleWithFixedDelay(this::keepOpen, KEEP_PERIOD_MS, KEEP_PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * Tells what it has been mounted as, so that its files can be told from those of other mounts.
     *
     * @param device major:minor, as in /proc/self/mountinfo
     */
    public void mounted(String device) {
        processes.device(device);
    }

    // Names

    public Attributes getattr(String path, Caller caller) {
        return getattr.ofPath(path, caller);
    }

    public Attributes fgetattr(long fh, Caller caller) {
        return getattr.ofHandle(fh, caller);
    }

    /** The names of the extended attributes. */
    public Set<String> listxattr(String path, Caller caller) {
        return extendedAttributes.names(names.lookUp(path, caller));
    }

    /** The value of an extended attribute. Fails with ENODATA if there is none of that name. */
    public String getxattr(String path, String name, Caller caller) {
        return extendedAttributes.value(names.lookUp(path, caller), name, caller);
    }

    /** Whether there can be an extended attribute of that name. Asks nobody. */
    public static boolean mayHaveAttribute(String name) {
        return name.startsWith(ExtendedAttributes.PREFIX);
    }

    /**
     * What getxattr(2) fails with if there cannot be an attribute of that name. Of the other namespaces (xattr(7)) none
     * is supported: that said, ls(1) does not ask again for the labels and access lists of all other files.
     */
    public static Errno noAttribute(String name) {
        return name.startsWith("user.") ? Errno.ENODATA : Errno.EOPNOTSUPP;
    }

    public long opendir(String path, Caller caller) {
        Node node = names.lookUp(path, caller);
        if (!node.isDirectory()) {
            throw new FsException(Errno.ENOTDIR, path);
        }
        return handles.add(new OpenDirectory(node));
    }

    /** Receives the names in a directory. */
    public interface Entries {
        void add(String name, long inode, int type);
    }

    public void readdir(long fh, Caller caller, Entries entries) {
        List<Node> listed = new ArrayList<>();
        names.list(handles.directory(fh).node(), caller, (name, node) -> {
            listed.add(node);
            entries.add(name, node.inode(), node.isDirectory() ? Attributes.S_IFDIR : Attributes.S_IFREG);
        });
        listings.listed(caller.tid(), listed);
    }

    public void releasedir(long fh) {
        handles.remove(fh);
    }

    public Opened open(String path, OpenFlags flags, Caller caller) {
        return open(path, names.lookUpPipe(path, caller), flags, caller);
    }

    public Opened create(String path, OpenFlags flags, Caller caller) {
        return open(path, names.create(path, flags, caller), flags, caller);
    }

    private Opened open(String path, Pipe node, OpenFlags flags, Caller caller) {
        if (flags.writable()) {
            requireWritable(path);
        }
        // Now: the thread may have gone when it matters.
        int process = processes.processOf(caller.tid()).orElse(0);
        SharedPipe pipe = pipes.open(node.id());
        openTopics.opened(node.topic());
        Writer writer = null;
        Reader reader = null;
        try {
            if (flags.writable()) {
                Processes.File file = new Processes.File(mountpoint.resolve(path.substring(1)), node.inode());
                writer = openWriter(pipe, node, new LastClose(processes, file, process), flags, caller);
            }
            if (flags.readable()) {
                reader = openReader(pipe, node, flags, caller);
                // Else it would wait for a second writer if the first one came and went right after the open.
                waiting.succeedsWithin(reader.began(), caller, BEGIN_TIMEOUT);
            }
            OpenPipe open = new OpenPipe(path, process, node, pipe, reader, writer, flags);
            long fh = handles.add(open);
            openPaths.add(open);
            lastOpened.opened(caller.tid(), path, fh);
            return new Opened(fh, flags.writable());
        } catch (RuntimeException | Error e) {
            release(new OpenPipe(path, 0, node, pipe, reader, writer, flags));
            throw e;
        }
    }

    private Writer openWriter(SharedPipe pipe, Pipe node, LastClose lastClose, OpenFlags flags, Caller caller) {
        int longestLine = waiting.forOpen(engine.catalog().longestLine(node.topic()), caller);
        Writer writer = new Writer(pipe, longestLine, lastClose, writers);
        boolean countsAtOnce = flags.readWrite() || !flags.nonBlocking();
        if (countsAtOnce) {
            try {
                waiting.forOpen(writer.count(), caller);
            } catch (RuntimeException | Error e) {
                // It may begin to count yet, and readers would wait for it for ever.
                writer.release();
                throw e;
            }
        }
        return writer;
    }

    private Reader openReader(SharedPipe pipe, Pipe node, OpenFlags flags, Caller caller) {
        View view = node.view();
        Cursor start = null;
        if (view.has(View.Rule.NEW) || view.has(View.Rule.SNAPSHOT)) {
            Extent extent = waiting.forOpen(pipe.extent(), caller);
            start = view.has(View.Rule.NEW) ? Cursor.startingAt(extent.end()) : waiting.forOpen(pipe.begin(), caller);
            if (view.has(View.Rule.SNAPSHOT)) {
                start.limitTo(extent.end());
            }
        }
        ReadRules rules = new ReadRules(view, options.end());
        return Reader.open(pipe, new Reader.Setup(start, rules, flags.readWrite()), engine.presence());
    }

    public void release(long fh) {
        Handle handle = handles.remove(fh);
        if (handle instanceof OpenPipe open) {
            release(open);
        }
    }

    private void release(OpenPipe open) {
        try {
            open.release();
        } finally {
            openTopics.closed(open.node().topic());
            openPaths.remove(open);
        }
        if (!open.pipe().isOpen()) {
            checkpoints.keep(open.pipe());
        }
    }

    /** What is known of pipes that are open for long. */
    private void keepOpen() {
        handles.pipes().map(OpenPipe::pipe).distinct().forEach(checkpoints::keep);
    }

    /** Makes a pipe without opening it. */
    public void mknod(String path, int mode, Caller caller) {
        if (!Attributes.isRegular(mode)) {
            throw new FsException(Errno.EPERM, "mknod of this type: " + path);
        }
        names.create(path, OpenFlags.EXCLUSIVE, caller);
    }

    /** truncate(2): to 0 it is the reset. */
    public void truncate(String path, long size, Caller caller) {
        requireWritable(path);
        Pipe node = names.lookUpPipe(path, caller);
        truncate(node, pipes.get(node.id()), size, caller);
    }

    /**
     * ftruncate(2). Of write-only files only one that was opened with O_NONBLOCK, as truncate(1) does, means it: sort
     * -o, split and others truncate what they are going to write, as a matter of course.
     */
    public void ftruncate(long fh, long size, Caller caller) {
        OpenPipe open = handles.pipe(fh);
        boolean meant = open.flags().readWrite() || open.flags().nonBlocking();
        if (size != 0 || meant) {
            truncate(open.node(), open.pipe(), size, caller);
        }
    }

    private void truncate(Pipe node, SharedPipe pipe, long size, Caller caller) {
        if (size != 0) {
            if (size != stat.ofName(node.inode(), pipe, List.of(), caller).size()) {
                throw new FsException(Errno.EINVAL, "a pipe can only be truncated to 0");
            }
            return;
        }
        Extent extent = waiting.forOpen(pipe.extent(), caller);
        if (!extent.isEmpty()) {
            // Up to here and no further: what is pushed meanwhile has to survive.
            waiting.forOpen(engine.catalog().removeBefore(pipe.id(), extent.end()), caller);
        }
        pipe.reset(extent.end());
    }

    public void unlink(String path, Caller caller) {
        requireWritable(path);
        Pipe node = names.lookUpPipe(path, caller);
        boolean whole = node.topic().pipes() == 1 && node.view().equals(View.PLAIN);
        if (!options.delete() || !whole) {
            throw new FsException(Errno.EPERM, "unlink of " + path + " (see the option allow_delete)");
        }
        if (!waiting.forName(pipes.get(node.id()).extent(), caller).isEmpty()) {
            throw new FsException(Errno.EBUSY, path + " still holds messages: reset it first");
        }
        waiting.forName(engine.catalog().delete(node.topic()), caller);
        failGone(Set.of(node.topic()));
    }

    /** chmod, chown, utimens: nothing of that is kept, but cp -p, install and rsync need them to succeed. */
    public void setattr(String path, Caller caller) {
        requireWritable(path);
        names.lookUp(path, caller);
    }

    /** access(2) that asks to execute a pipe, which never can be, or to enter a directory. */
    public void requireExecutable(String path, Caller caller) {
        if (!names.lookUp(path, caller).isDirectory()) {
            throw new FsException(Errno.EACCES, path + " cannot be executed");
        }
    }

    private void requireWritable(String path) {
        if (options.readOnly()) {
            throw new FsException(Errno.EROFS, path);
        }
    }

    /** What threads have opened last: whoever takes their requests tells when they do something else. */
    public LastOpened lastOpened() {
        return lastOpened;
    }

    /** What threads have listed: the same holds for it. */
    public Listings listings() {
        return listings;
    }

    /** The processes that use it. */
    public Processes processes() {
        return processes;
    }

    /** Reading and writing what is open. */
    public OpenFiles openFiles() {
        return openFiles;
    }

    /** What is open, and what was done. Asks nobody and waits for nothing, also while the cluster is away. */
    public Figures figures() {
        return census.take();
    }

    /** Topics that were deleted, or made anew under the same name, must not be read or written by old handles. */
    private void checkTopics() {
        Set<Topic> open = openTopics.all();
        if (!open.isEmpty()) {
            census.asking();
            engine.catalog()
                    .gone(open)
                    .thenAccept(gone -> {
                        census.answered();
                        failGone(gone);
                    })
                    .exceptionally(failure -> {
                        log.debug("open topics cannot be checked: {}", failure.getMessage());
                        return null;
                    });
        }
    }

    private void failGone(Set<Topic> gone) {
        gone.forEach(openTopics::gone);
        handles.pipes().filter(pipe -> gone.contains(pipe.node().topic())).forEach(pipe -> {
            pipe.pipe().goneForGood();
            pipe.fail(Errno.ESTALE);
            pipes.forget(pipe.node().id());
        });
    }

    /**
     * Releases everybody who waits, with ENOTCONN, and refuses whatever comes. Lines that were pushed, and those that
     * were begun, are given some time to be stored. Idempotent.
     */
    @Override
    public void close() {
        waiting.close();
        handles.close();
        List<OpenPipe> open = handles.pipes().toList();
        open.forEach(pipe -> pipe.failReader(Errno.ENOTCONN));
        CompletableFuture<?>[] drained = open.stream().map(OpenPipe::drain).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(drained)
                .completeOnTimeout(null, DRAIN_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .exceptionally(failure -> null)
                .join();
        keepOpen();
        checkpoints
                .kept()
                .completeOnTimeout(null, KEEP_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .join();
        open.forEach(pipe -> pipe.fail(Errno.ENOTCONN));
        openFiles.close();
        // Last: a close(2) that comes meanwhile still needs them.
        background.shutdown();
        looks.shutdown();
    }
}
