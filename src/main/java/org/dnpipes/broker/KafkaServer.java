package org.dnpipes.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/** Kafka's own server, formatted and started without its shell tools. */
final class KafkaServer {
    private static final int ATTEMPTS = 3;

    private final KafkaRaftServer server;
    private final int port;

    private KafkaServer(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    int port() {
        return port;
    }

    /** Starts on {@code port}. */
    static KafkaServer start(DataDir dir, int port) {
        try {
            // Kafka would find out only after it has started half.
            new ServerSocket(port, 1, loopback()).close();
            return started(dir, port);
        } catch (Exception e) {
            throw failure(dir, port, e);
        }
    }

    /** Starts on {@code preferred} if that is free, else on any free port. */
    static KafkaServer startAnywhere(DataDir dir, int preferred) {
        for (int attempt = 1; ; attempt++) {
            int port = 0;
            try {
                port = isFree(preferred) ? preferred : anyFreePort();
                return started(dir, port);
            } catch (Exception e) {
                // A port that was free a moment ago can be gone by the time Kafka binds it.
                if (!isBecauseOfPort(e) || attempt == ATTEMPTS) {
                    throw failure(dir, port, e);
                }
            }
        }
    }

    /** Hands leadership back, writes everything to disk and closes. Does nothing the second time. */
    void stop() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static KafkaServer started(DataDir dir, int port) throws Exception {
        format(dir.kafka());
        KafkaConfig config = new KafkaConfig(BrokerSettings.of(dir.kafka(), port, anyFreePort()), false);
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        try {
            server.startup();
            return new KafkaServer(server, port);
        } catch (Throwable e) {
            server.shutdown();
            throw e;
        }
    }

    private static void format(Path logs) throws Exception {
        if (Files.exists(logs.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(BrokerSettings.NODE)
                .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
                .setDirectories(List.of(logs.toString()))
                .setMetadataLogDirectory(logs.toString())
                .run();
    }

    private static int anyFreePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isFree(int port) {
        if (port == 0) {
            return false;
        }
        try (ServerSocket socket = new ServerSocket(port, 1, loopback())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private static boolean isBecauseOfPort(Throwable thrown) {
        for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }

    private static BrokerFailure failure(DataDir dir, int port, Exception e) {
        return isBecauseOfPort(e)
                ? new BrokerFailure("port " + port + " of 127.0.0.1 is taken; give another or none", e)
                : new BrokerFailure("cannot start a broker in " + dir.root() + " (" + e + ")", e);
    }
}
