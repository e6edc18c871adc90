package org.dnpipes.fuse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import jnr.constants.platform.Errno;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import org.dnpipes.fuse.NativeFuse.Sockets;

/**
 * The datagram socket at which a service manager listens for news of its services, see sd_notify(3). Java 17 has
 * sockets of this family for streams only; it is in this package since no other may call the C library.
 */
public final class NotifySocket {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int MSG_NOSIGNAL = 0x4000;
    /** Of sun_path in unix(7), with a NUL at the end of a path. */
    private static final int LONGEST_NAME = 107;

    private final byte[] address;

    private NotifySocket(byte[] address) {
        this.address = address;
    }

    /**
     * The socket with that name.
     *
     * @param name an absolute path, or {@code @} and a name in the abstract name space. Anything else is no such socket
     */
    public static Optional<NotifySocket> named(String name) {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = name.startsWith("@");
        if (path.length < 2 || path.length > LONGEST_NAME || !(isAbstract || name.startsWith("/"))) {
            return Optional.empty();
        }
        if (isAbstract) {
            path[0] = 0;
        }
        return Optional.of(new NotifySocket(ByteBuffer.allocate(Short.BYTES + path.length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(path)
                .array()));
    }

    /** Sends one message. Waits only while the receiver's queue is full. Safe for use by many threads. */
    public void send(String message) throws IOException {
        Sockets sockets = LibraryLoader.create(Sockets.class).failImmediately().load("c");
        int socket = sockets.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (socket < 0) {
            throw failure(sockets);
        }
        try {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            if (sockets.sendto(socket, bytes, bytes.length, MSG_NOSIGNAL, address, address.length) < 0) {
                throw failure(sockets);
            }
        } finally {
            sockets.close(socket);
        }
    }

    private static IOException failure(Sockets sockets) {
        return new IOException(
                Errno.valueOf(Runtime.getRuntime(sockets).getLastError()).toString());
    }
}
