package org.dnpipes.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The broker that all processes of a user share: it runs in the background, in a process of its own, for as long as one
 * of them uses it. Who holds an object of this class is a user. The kernel counts the users by a file lock, so that one
 * that was killed is none any more. One process holds at most one per directory.
 */
public final class BrokerProcess implements AutoCloseable {
    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    /** Another process may be starting it just now, and a broker that ends needs its time too. */
    private static final Duration LONGEST_TURN = LONGEST_START.plusSeconds(30);

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(2);

    private final FileLock use;
    private final String address;
    private final boolean started;

    private BrokerProcess(FileLock use, BrokerState state, boolean started) {
        this.use = use;
        this.address = state.address();
        this.started = started;
    }

    /**
     * Finds the running broker, or starts one and waits until it can be used. Of several processes that call this at a
     * time one starts it.
     *
     * @throws BrokerFailure if it cannot be used within 60 seconds
     */
    public static BrokerProcess findOrStart(Path dataDir) {
        DataDir dir = new DataDir(dataDir).create();
        // First: a broker that is about to end because nobody uses it holds this lock until it has ended.
        FileLock use = FileLock.shared(dir.usersLock(), LONGEST_TURN);
        if (use == null) {
            throw new BrokerFailure(
                    "the broker in " + dir.root() + " is ending and does not come to an end; see " + dir.log());
        }
        try (FileLock turn = FileLock.exclusive(dir.startLock(), LONGEST_TURN)) {
            if (turn == null) {
                throw new BrokerFailure("somebody else has been starting the broker in " + dir.root() + " for over "
                        + LONGEST_TURN.toSeconds() + " s; see " + dir.log());
            }
            Optional<BrokerState> running = running(dir);
            return running.isPresent()
                    ? new BrokerProcess(use, running.get(), false)
                    : new BrokerProcess(use, start(dir), true);
        } catch (RuntimeException | Error e) {
            use.close();
            throw e;
        }
    }

    /** Finds the running broker, and starts none. */
    public static Optional<BrokerProcess> find(Path dataDir) {
        DataDir dir = new DataDir(dataDir);
        if (!Files.exists(dir.brokerLock()) || running(dir).isEmpty()) {
            return Optional.empty();
        }
        // It may be about to end.
        FileLock use = FileLock.shared(dir.usersLock(), LONGEST_CONNECT);
        Optional<BrokerState> still = use == null ? Optional.empty() : running(dir);
        if (use != null && still.isEmpty()) {
            use.close();
        }
        return still.map(state -> new BrokerProcess(Objects.requireNonNull(use), state, false));
    }

    /** Host and port, for {@code bootstrap.servers}. */
    public String address() {
        return address;
    }

    /** Whether this object started it: else it was running before. */
    public boolean started() {
        return started;
    }

    /** Stops using the broker, which goes on for as long as there are others. */
    @Override
    public void close() {
        use.close();
    }

    /** What the broker of that directory wrote down, if it is alive and answers. */
    static Optional<BrokerState> running(DataDir dir) {
        return FileLock.isHeld(dir.brokerLock())
                ? BrokerState.read(dir.state()).filter(BrokerProcess::answers)
                : Optional.empty();
    }

    private static boolean answers(BrokerState state) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), state.port()),
                    (int) LONGEST_CONNECT.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static BrokerState start(DataDir dir) {
        try {
            Process process = BrokerCommand.start(dir);
            return awaitReady(dir, process);
        } catch (IOException e) {
            throw new BrokerFailure("cannot start a broker in the background (" + e + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerFailure("interrupted while the broker was starting", e);
        }
    }

    private static BrokerState awaitReady(DataDir dir, Process process) throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Optional<BrokerState> state = running(dir);
            if (state.isPresent()) {
                return state.get();
            }
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw BrokerCommand.failure(dir, "ended with status " + process.exitValue());
            }
        }
        process.destroy();
        throw BrokerCommand.failure(dir, "was not ready within " + LONGEST_START.toSeconds() + " s");
    }
}
