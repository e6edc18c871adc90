package org.dnpipes.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.dnpipes.logging.Logging;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process behind {@link BrokerProcess}: a broker that ends some seconds after the last user has gone. */
public final class BrokerDaemon {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerDaemon.class);

    /** Commands of a script follow each other closely; each is to find the broker of the one before. */
    private static final Duration UNUSED = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofSeconds(1);

    private BrokerDaemon() {}

    /** Runs the broker. Its only argument is the data directory. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        DataDir dir = new DataDir(Path.of(arguments[0]));
        Logging.toFile(dir.log(), false);
        System.exit(run(dir));
    }

    private static int run(DataDir dir) throws InterruptedException {
        try {
            EmbeddedBroker broker = EmbeddedBroker.start(dir.root(), 0);
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "dnpipes-broker-signal"));
            LOG.info("the broker in {} is ready at {}", dir.root(), broker.address());
            FileLock nobody = awaitUnused(dir);
            LOG.info("the broker in {} stops, nobody uses it any more", dir.root());
            broker.close();
            nobody.close();
            return 0;
        } catch (BrokerFailure e) {
            LOG.error("{}", e.getMessage());
            return 1;
        }
    }

    /**
     * Waits until there was no user for {@link #UNUSED}. As long as the lock is held new ones wait; they are to find no
     * broker rather than one that is stopping.
     */
    private static FileLock awaitUnused(DataDir dir) throws InterruptedException {
        long unusedSince = System.nanoTime();
        while (true) {
            FileLock nobody = FileLock.exclusive(dir.usersLock(), Duration.ZERO);
            if (nobody == null) {
                unusedSince = System.nanoTime();
            } else if (System.nanoTime() - unusedSince >= UNUSED.toNanos()) {
                return nobody;
            } else {
                nobody.close();
            }
            // A lock that is freed tells nobody: the only way is to try it now and then.
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
    }
}
