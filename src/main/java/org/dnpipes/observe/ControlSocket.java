package org.dnpipes.observe;

import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix domain socket through which a daemon is asked. One question a connection: a line of words. The answer begins
 * with the line {@code ok}, or is the line {@code error} with a sentence. Only the owner of the process, and root, can
 * connect. A few are served at a time, and none for longer than a minute and a half, so that whoever asks, and never
 * reads the answer, holds up nobody.
 */
public final class ControlSocket implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControlSocket.class);

    private static final int MOST_AT_A_TIME = 4;
    private static final long LONGEST_SECONDS = 90;
    private static final int LONGEST_QUESTION = 4096;
    private static final long IDLE_SECONDS = 10;

    private final Path file;
    private final ServerSocketChannel server;
    private final Respondent respondent;
    private final AtomicInteger threads = new AtomicInteger();
    private final ThreadPoolExecutor answering = new ThreadPoolExecutor(
            0, MOST_AT_A_TIME, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);

    /** Who knows the answers. Called by several threads at a time. */
    @FunctionalInterface
    public interface Respondent {
        /**
         * The answer to a question of at least one word.
         *
         * @throws IllegalArgumentException with a sentence, if it has none
         */
        String answer(List<String> words) throws IOException, InterruptedException;
    }

    private ControlSocket(Path file, ServerSocketChannel server, Respondent respondent) {
        this.file = file;
        this.server = server;
        this.respondent = respondent;
    }

    /**
     * Listens at {@code file}, whose directory exists; what was left there by a process that was killed is replaced.
     */
    public static ControlSocket open(Path file, Respondent respondent) throws IOException {
        Files.deleteIfExists(file);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(file));
            Files.setPosixFilePermissions(file, fromString("rw-------"));
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        ControlSocket socket = new ControlSocket(file, server, respondent);
        socket.thread(socket::accept).start();
        return socket;
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "dnpipes-control-" + threads.getAndIncrement());
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (true) {
            SocketChannel channel;
            try {
                channel = server.accept();
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                log.warn("{} cannot be used any more ({})", file, e.toString());
                return;
            }
            try {
                answering.execute(() -> serve(channel));
            } catch (RejectedExecutionException tooMany) {
                close(channel);
            }
        }
    }

    private void serve(SocketChannel channel) {
        CompletableFuture<Void> limit = new CompletableFuture<>();
        limit.orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS).exceptionally(late -> {
            close(channel);
            return null;
        });
        try (channel) {
            ByteBuffer reply = ByteBuffer.wrap(reply(question(channel)).getBytes(StandardCharsets.UTF_8));
            while (reply.hasRemaining()) {
                channel.write(reply);
            }
        } catch (IOException e) {
            log.debug("somebody who asked has gone ({})", e.toString());
        } finally {
            limit.complete(null);
        }
    }

    private static List<String> question(SocketChannel channel) throws IOException {
        BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        StringBuilder line = new StringBuilder();
        for (int c = reader.read(); c >= 0 && c != '\n'; c = reader.read()) {
            if (line.length() == LONGEST_QUESTION) {
                throw new IOException("a question of more than " + LONGEST_QUESTION + " characters");
            }
            line.append((char) c);
        }
        return List.of(line.toString().split(" ", -1));
    }

    private String reply(List<String> words) {
        try {
            return "ok\n" + respondent.answer(words);
        } catch (IllegalArgumentException e) {
            return "error " + e.getMessage() + "\n";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "error the mount is ending\n";
        } catch (IOException | RuntimeException e) {
            log.error("'{}' cannot be answered, which is a bug in dnpipes: {}", words, e.toString(), e);
            return "error the daemon failed (" + e + "); see its log\n";
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("a connection cannot be closed ({})", e.toString());
        }
    }

    /** Does not wait for anybody who is being answered. */
    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("cannot delete {} ({})", file, e.toString());
        } finally {
            answering.shutdownNow();
        }
    }
}
