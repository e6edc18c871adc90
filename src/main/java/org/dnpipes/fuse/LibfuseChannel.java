package org.dnpipes.fuse;

import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import org.dnpipes.fuse.NativeFuse.ChannelOperations;
import org.jspecify.annotations.Nullable;

/**
 * Hands requests to libfuse, which calls back on the same thread. Its answer comes through a channel of our own, since
 * libfuse 2 has no way to say that an opened file is a stream.
 */
final class LibfuseChannel {
    private static final int IOVEC = 16;
    /** Where the length lies in a struct iovec, behind the address. */
    private static final int IOVEC_LENGTH = 8;

    private final NativeFuse lib;
    private final RequestCounts counts;
    private final LookedUp lookedUp = new LookedUp(System::nanoTime);
    private final Pointer session;
    private final int fd;
    private final Pointer channel;

    /** Kept: native code holds no reference that the garbage collector knows. */
    private final ChannelOperations operations;

    @SuppressWarnings("ThreadLocalUsage") // One session per daemon; it lives as long as the threads do.
    private final ThreadLocal<@Nullable Current> current = new ThreadLocal<>();

    private record Current(NameRequest request, int opcode) {}

    LibfuseChannel(NativeFuse lib, Pointer session, Pointer kernelChannel, RequestCounts counts) {
        this.lib = lib;
        this.counts = counts;
        this.session = session;
        this.fd = lib.fuse.fuse_chan_fd(kernelChannel);
        this.operations = new ChannelOperations(lib.runtime, (ch, vectors, count) -> send(vectors, (int) count));
        this.channel = lib.fuse.fuse_chan_new(operations, fd, lib.fuse.fuse_chan_bufsize(kernelChannel), null);
    }

    /** What was answered to LOOKUP last. */
    LookedUp lookedUp() {
        return lookedUp;
    }

    /** The request that the calling thread is serving. */
    NameRequest current() {
        Current serving = current.get();
        if (serving == null) {
            throw new IllegalStateException("libfuse calls outside of a request");
        }
        return serving.request();
    }

    /** Serves {@code request} and returns when libfuse has answered it. */
    void process(ByteBuffer request, NameRequest name) {
        current.set(new Current(name, Wire.opcode(request)));
        try {
            lib.fuse.fuse_session_process(session, request, request.limit(), channel);
        } finally {
            current.remove();
        }
    }

    /** @param vectors null, with a count of 0, where there is no answer: to FORGET */
    private int send(@Nullable Pointer vectors, int count) {
        if (vectors == null) {
            return 0;
        }
        int error = vectors.getPointer(0).getInt(Wire.ERROR);
        if (error < 0) {
            counts.failed(-error);
        }
        Current serving = current.get();
        if (serving != null && serving.request().opensStream() && count > 1) {
            Pointer opened = vectors.getPointer(IOVEC);
            int at = Wire.openFlagsAt(serving.opcode());
            opened.putInt(at, opened.getInt(at) | Wire.FOPEN_STREAM);
        }
        if (serving != null && serving.opcode() == Wire.LOOKUP && error == 0 && count > 1) {
            keepAttributes(serving.request().tid(), vectors);
        }
        return lib.c.writev(fd, vectors, count) < 0 ? -lib.runtime.getLastError() : 0;
    }

    /** The kernel may ask again as soon as it is told, so that this has to come before. */
    private void keepAttributes(int tid, Pointer vectors) {
        Pointer entry = vectors.getPointer(IOVEC);
        if (vectors.getLong(IOVEC + IOVEC_LENGTH) >= Wire.ENTRY_ATTRIBUTES + Wire.ATTRIBUTES) {
            byte[] attributes = new byte[Wire.ATTRIBUTES];
            entry.get(Wire.ENTRY_ATTRIBUTES, attributes, 0, attributes.length);
            lookedUp.told(tid, entry.getLong(0), ByteBuffer.wrap(attributes));
        }
    }
}
