package org.dnpipes.fuse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.constants.platform.Errno;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.PointerByReference;
import org.dnpipes.fs.FileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * A mounted file system: libfuse's session, driven by Java's own threads. libfuse's would be attached to the JVM anew
 * for every callback, which is slow, and each waiting reader would need one of them.
 */
public final class Session implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Session.class);

    /** How long closing waits for the kernel to let go; a daemon then just exits, which ends the connection as well. */
    private static final long CLOSE_TIMEOUT_MS = 1000;

    private final NativeFuse lib;
    private final Pointer fuse;
    private final Pointer nativeMountpoint;
    private final MountTable.Entry mounted;
    private final Replies replies;
    private final Workers workers;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Kept: native code holds no references that the garbage collector knows. */
    private final List<Object> kept;

    private Session(
            NativeFuse lib,
            Pointer fuse,
            Pointer nativeMountpoint,
            MountTable.Entry mounted,
            Replies replies,
            Workers workers,
            List<Object> kept) {
        this.lib = lib;
        this.fuse = fuse;
        this.nativeMountpoint = nativeMountpoint;
        this.mounted = mounted;
        this.replies = replies;
        this.workers = workers;
        this.kept = kept;
    }

    /**
     * Mounts {@code fs} and returns when the mount answers.
     *
     * @param mountpoint an absolute path of an existing directory
     * @param options options of the file system for libfuse, the kernel and fusermount, such as {@code allow_other}
     */
    public static Session mount(Path mountpoint, List<String> options, FileSystem fs) {
        NativeFuse lib = NativeFuse.load();
        LibfuseChannel[] channel = new LibfuseChannel[1];
        FuseOperations operations = new NameCallbacks(fs, () -> channel[0].current(), lib.runtime).table();
        List<String> args = arguments(mountpoint, options);
        PointerByReference nativeMountpoint = new PointerByReference();
        Pointer fuse = lib.fuse.fuse_setup(
                args.size(),
                args.toArray(String[]::new),
                operations,
                Struct.size(operations),
                nativeMountpoint,
                new IntByReference(),
                null);
        if (fuse == null) {
            throw new MountFailure("cannot mount at " + mountpoint
                    + ": fuse says why above; is /dev/fuse there and fusermount installed?");
        }
        Pointer session = lib.fuse.fuse_get_session(fuse);
        Pointer kernel = lib.fuse.fuse_session_next_chan(session, null);
        int fd = lib.fuse.fuse_chan_fd(kernel);
        Replies replies = Replies.to(lib, fd);
        channel[0] = new LibfuseChannel(lib, session, kernel, replies.counts());
        Dispatcher dispatcher = new Dispatcher(fs, replies, channel[0]);
        Workers workers = new Workers(into -> receive(lib, fd, into), dispatcher);
        MountTable.Entry mounted = MountTable.at(mountpoint).orElse(null);
        if (mounted == null) {
            lib.fuse.fuse_teardown(fuse, nativeMountpoint.getValue());
            throw new MountFailure(mountpoint + " is not mounted after mounting it");
        }
        fs.mounted(mounted.device());
        Session mounting = new Session(
                lib, fuse, nativeMountpoint.getValue(), mounted, replies, workers, List.of(operations, channel[0]));
        workers.start();
        try {
            awaitAnswer(mountpoint);
            return mounting;
        } catch (RuntimeException e) {
            mounting.close();
            throw e;
        }
    }

    private static List<String> arguments(Path mountpoint, List<String> options) {
        List<String> all = new ArrayList<>(List.of(
                // Writes in pieces of up to 128 KiB, not 4.
                "big_writes",
                // Other hosts change sizes and names at any time: the kernel must not remember them.
                "attr_timeout=0",
                "entry_timeout=0",
                // Else ">" would come as a truncate, and every echo would reset its pipe.
                "atomic_o_trunc",
                // The page cache would trust st_size and serve old bytes.
                "direct_io",
                // Else unlink would become a rename.
                "hard_remove",
                // Else libfuse would hold a lock on the path while a file is in use.
                "nopath",
                "use_ino"));
        all.addAll(options);
        return List.of("dnpipes", "-f", "-o", String.join(",", all), mountpoint.toString());
    }

    private static boolean receive(NativeFuse lib, int fd, ByteBuffer into) {
        while (true) {
            into.clear();
            long length = lib.c.read(fd, into, into.capacity());
            if (length > 0) {
                into.limit((int) length);
                return true;
            }
            Errno errno = length == 0 ? Errno.ENODEV : Errno.valueOf(lib.runtime.getLastError());
            switch (errno) {
                // ENOENT: the request was interrupted before it was received.
                case EINTR, EAGAIN, ENOENT -> {}
                case ENODEV -> {
                    return false;
                }
                default -> {
                    log.error("requests cannot be received any more: {}", errno);
                    return false;
                }
            }
        }
    }

    /** The mount is ready when it has answered somebody: here, ourselves. */
    private static void awaitAnswer(Path mountpoint) {
        try {
            Files.readAttributes(mountpoint, "unix:ino");
        } catch (IOException e) {
            throw new MountFailure("the mount at " + mountpoint + " does not answer: " + e, e);
        }
    }

    /** What is mounted, as the kernel shows it. */
    public MountTable.Entry mounted() {
        return mounted;
    }

    /** How many requests of each kind the kernel has sent; by the names that linux/fuse.h has for them. */
    public Map<String, Long> requests() {
        return replies.counts().requests();
    }

    /** How many of them have failed with each errno, by its name. */
    public Map<String, Long> errors() {
        return replies.counts().errors();
    }

    /** Whether the file system can still be reached by its mount point: somebody else can unmount it, too. */
    public boolean isMounted() {
        return MountTable.isMounted(mounted);
    }

    /**
     * Whether the kernel still talks to this process. It does not after {@code umount -f}, also if that was refused
     * because files are open and the mount stays in its table: then nobody can use it any more.
     */
    public boolean isConnected() {
        return !workers.haveEnded();
    }

    /**
     * Unmounts, also while files are open; their processes get an error from then on. The file system has to be closed
     * before, so that nobody waits in it. Idempotent; takes a few seconds at the most.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        // What was unmounted and made anew at once may have got the same numbers: then it is alive, and another one's.
        if (isMounted() && (isConnected() || MountTable.isDead(mounted.mountpoint()))) {
            new Unmount(mounted).run();
        }
        try {
            if (workers.awaitEnd(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                // Before it closes the connection: answers may come at any time, from threads of others.
                replies.close();
                lib.fuse.fuse_teardown(fuse, nativeMountpoint);
                log.debug("{} callbacks tables released", kept.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
