package org.dnpipes.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka of one node in this JVM that listens on 127.0.0.1 alone and keeps its messages in a directory of its own.
 * What was acknowledged is there again after {@link #close}, and after the process was killed. A file lock keeps other
 * processes out of the directory; one process must not use it twice at a time.
 *
 * <p>Kafka ends the JVM when its storage fails or its metadata is damaged; there is no way to go on then.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    /** Others find out whether the lock is held by taking it for a moment. */
    private static final Duration LOOKS_OF_OTHERS = Duration.ofSeconds(1);

    private static final Duration LONGEST_STOP = Duration.ofSeconds(20);

    private final DataDir dir;
    private final FileLock lock;
    private final KafkaServer server;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedBroker(DataDir dir, FileLock lock, KafkaServer server) {
        this.dir = dir;
        this.lock = lock;
        this.server = server;
    }

    /**
     * Starts a broker and returns when it can be used.
     *
     * @param dataDir made if it is not there
     * @param port where to listen; 0 for the port of the last time if it is free, else for any
     * @throws BrokerFailure if another broker uses the directory, the port is taken, or Kafka does not start
     */
    public static EmbeddedBroker start(Path dataDir, int port) {
        DataDir dir = new DataDir(dataDir).create();
        FileLock lock = FileLock.exclusive(dir.brokerLock(), LOOKS_OF_OTHERS);
        if (lock == null) {
            throw new BrokerFailure("the data directory " + dir.root() + " is in use by another broker"
                    + BrokerState.read(dir.state())
                            .map(state -> " (process " + state.pid() + ", " + state.address() + ")")
                            .orElse(""));
        }
        try {
            return start(dir, lock, port);
        } catch (IOException e) {
            lock.close();
            throw new BrokerFailure("cannot start a broker in " + dir.root() + " (" + e + ")", e);
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private static EmbeddedBroker start(DataDir dir, FileLock lock, int port) throws IOException {
        int lastPort = BrokerState.read(dir.state()).map(BrokerState::port).orElse(0);
        // Whoever finds the lock held believes what is written there.
        Files.deleteIfExists(dir.state());
        KafkaServer server = port == 0 ? KafkaServer.startAnywhere(dir, lastPort) : KafkaServer.start(dir, port);
        try {
            new BrokerState(ProcessHandle.current().pid(), server.port()).write(dir.state());
        } catch (IOException e) {
            server.stop();
            throw e;
        }
        return new EmbeddedBroker(dir, lock, server);
    }

    /** Host and port, for {@code bootstrap.servers}. */
    public String address() {
        return "127.0.0.1:" + server.port();
    }

    /** Stops the broker and frees the directory, within 20 seconds. Its port is kept for the next start. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        Thread stop = new Thread(server::stop, "dnpipes-broker-stop");
        stop.setDaemon(true);
        stop.start();
        try {
            stop.join(LONGEST_STOP.toMillis());
            if (stop.isAlive()) {
                LOG.warn("the broker in {} did not stop within {} s", dir.root(), LONGEST_STOP.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lock.close();
    }
}
