package org.dnpipes.observe;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a daemon through its {@link ControlSocket}. */
public final class Inquiry {
    private Inquiry() {}

    /**
     * The answer to {@code question}.
     *
     * @throws Refused with the daemon's own sentence, if it has no answer
     * @throws TimeoutException if it does not answer within {@code patience}
     * @throws IOException if nobody listens there
     */
    public static String ask(Path socket, String question, Duration patience) throws IOException, TimeoutException {
        String reply = exchange(socket, question + "\n", patience);
        if (reply.startsWith("ok\n")) {
            return reply.substring("ok\n".length());
        }
        if (reply.startsWith("error ")) {
            throw new Refused(reply.substring("error ".length()).strip());
        }
        throw new Refused("it closed the connection: too many ask it at a time, or it is ending");
    }

    private static String exchange(Path socket, String question, Duration patience)
            throws IOException, TimeoutException {
        CompletableFuture<Void> limit = new CompletableFuture<>();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // A read that is blocked ends when the channel is closed.
            limit.orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS).exceptionally(late -> {
                close(channel);
                return null;
            });
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(question.getBytes(StandardCharsets.UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            if (limit.isCompletedExceptionally()) {
                throw (TimeoutException) new TimeoutException().initCause(e);
            }
            throw e;
        } finally {
            limit.complete(null);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It was to be given up anyway.
        }
    }

    /** The daemon was reached, and has no answer. The message is its sentence. */
    public static final class Refused extends IOException {
        Refused(String sentence) {
            super(sentence);
        }
    }
}
