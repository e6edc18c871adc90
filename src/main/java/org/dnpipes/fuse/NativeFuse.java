package org.dnpipes.fuse;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.PointerByReference;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import org.jspecify.annotations.Nullable;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * What is called in libfuse 2 and in the C library. Linux only: everything that another system would do differently is
 * in here, in {@link Wire} and in {@link MountTable}.
 */
final class NativeFuse {
    private static final String LIBRARY = "libfuse.so.2";

    final Fuse fuse;
    final C c;
    final Runtime runtime;

    private NativeFuse(Fuse fuse, C c) {
        this.fuse = fuse;
        this.c = c;
        this.runtime = Runtime.getRuntime(c);
    }

    /** Loads the libraries, or says what to install. */
    static NativeFuse load() {
        try {
            return new NativeFuse(
                    LibraryLoader.create(Fuse.class).failImmediately().load(LIBRARY),
                    LibraryLoader.create(C.class).failImmediately().load("c"));
        } catch (UnsatisfiedLinkError e) {
            throw new MountFailure(
                    LIBRARY + " cannot be loaded: install libfuse 2 (Debian and Ubuntu: libfuse2 or libfuse2t64)", e);
        }
    }

    /** See fuse.h and fuse_lowlevel.h of libfuse 2.9. */
    public interface Fuse {
        @Nullable
        Pointer fuse_setup(
                int argc,
                String[] argv,
                FuseOperations operations,
                @size_t long size,
                @Out PointerByReference mountpoint,
                @Out IntByReference multithreaded,
                @Nullable Pointer userData);

        int fuse_version();

        void fuse_teardown(Pointer fuse, Pointer mountpoint);

        Pointer fuse_get_session(Pointer fuse);

        Pointer fuse_session_next_chan(Pointer session, @Nullable Pointer channel);

        void fuse_session_process(Pointer session, @In ByteBuffer request, @size_t long length, Pointer channel);

        int fuse_chan_fd(Pointer channel);

        @size_t
        long fuse_chan_bufsize(Pointer channel);

        Pointer fuse_chan_new(ChannelOperations operations, int fd, @size_t long size, @Nullable Pointer data);

        void fuse_chan_destroy(Pointer channel);
    }

    /** See read(2), write(2), writev(2), poll(2). */
    public interface C {
        @ssize_t
        long read(int fd, @Out ByteBuffer buffer, @size_t long size);

        @ssize_t
        long write(int fd, @In ByteBuffer buffer, @size_t long size);

        @ssize_t
        long writev(int fd, Pointer vectors, int count);
    }

    /** See clock_gettime(2). */
    public interface Clocks {
        int clock_gettime(int clock, @Out Pointer time);
    }

    /** See statfs(2), open(2), umount(2), close(2), geteuid(2). A path ends in a NUL. */
    public interface Mounts {
        int statfs(@In byte[] path, @Out byte[] into);

        int open(@In byte[] path, int flags);

        int umount2(@In byte[] path, int flags);

        int close(int fd);

        int geteuid();
    }

    /** See close(2), setsid(2). */
    public interface OwnCalls {
        int close(int fd);

        int setsid();
    }

    /** See socket(2), send(2), close(2). */
    public interface Sockets {
        int socket(int domain, int type, int protocol);

        @ssize_t
        long sendto(int fd, @In byte[] message, @size_t long size, int flags, @In byte[] address, int addressSize);

        int close(int fd);
    }

    /** struct fuse_chan_ops: how libfuse sends what it has to say. It never receives through such a channel. */
    static final class ChannelOperations extends Struct {
        final Function<Unused> receive = function(Unused.class);
        final Function<Send> send = function(Send.class);
        final Function<Unused> destroy = function(Unused.class);

        ChannelOperations(Runtime runtime, Send sender) {
            super(runtime);
            send.set(sender);
        }
    }

    public interface Send {
        /** Sends {@code count} pieces, each a struct iovec, as one message. Returns 0 or the negative errno. */
        @Delegate
        int send(Pointer channel, Pointer vectors, @size_t long count);
    }

    public interface Unused {
        @Delegate
        void never();
    }
}
