package org.dnpipes.mount;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dnpipes.fs.FileSystem;
import org.dnpipes.fuse.BootTime;
import org.dnpipes.fuse.Session;
import org.dnpipes.index.IndexFiles;
import org.dnpipes.kafka.KafkaCluster;
import org.dnpipes.pipe.Engine;
import org.dnpipes.pipe.IndexStore;
import org.dnpipes.pipe.LocalPresence;
import org.dnpipes.pipe.WriterPresence;
import org.dnpipes.presence.ClusterPresence;
import org.dnpipes.presence.NoticeLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One mount, from its beginning to its end: everything it consists of is put together here. */
public final class Mount implements Mounting.Mounted, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Mount.class);
    private static final long LOOK_PERIOD_MS = 1000;

    private final ClusterConnection connection;
    private final WriterPresence presence;
    private final IndexFiles files;
    private final FileSystem fs;
    private final Session session;
    private final Observation observation;
    private final CountDownLatch closing = new CountDownLatch(1);
    private boolean closed;

    private Mount(
            ClusterConnection connection,
            WriterPresence presence,
            IndexFiles files,
            FileSystem fs,
            Session session,
            Observation observation) {
        this.connection = connection;
        this.presence = presence;
        this.files = files;
        this.fs = fs;
        this.session = session;
        this.observation = observation;
    }

    /**
     * Mounts a cluster and returns when the mount can be used. Throws when that is not possible, within some seconds,
     * and leaves nothing behind then; see {@link Mounting#mount}.
     *
     * @param notice told in one line when the embedded broker was started
     */
    public static Mount start(Mounting.Request request, Map<String, String> environment, Consumer<String> notice) {
        MountOptions options = MountOptions.parse(request.options());
        Path mountpoint = Mountpoint.prepare(request.mountpoint());
        ClusterConfig config = ClusterConfig.of(request.cluster(), environment);
        Observation observation = Observation.prepare(request.metrics());
        ClusterConnection connection = null;
        WriterPresence presence = null;
        IndexFiles files = new IndexFiles(new Xdg(environment).cache().resolve("index"));
        try {
            connection = ClusterConnection.open(config, options::kafka, notice);
            KafkaCluster cluster = connection.cluster();
            presence = presence(cluster, options);
            IndexStore indexes = indexes(cluster, options, files);
            Engine engine = new Engine(cluster.catalog(), cluster.source(), cluster.sink(), presence, indexes);
            if (options.clusterPresence()) {
                new Rehearsal(engine).begin(cluster.findInternalTopic(NoticeLog.TOPIC));
            }
            FileSystem fs = new FileSystem(mountpoint, engine, options.fs());
            Session session = Session.mount(mountpoint, options.fuse().words(connection.servers()), fs);
            log.info("{} is mounted at {}", session.mounted().source(), mountpoint);
            observation.start(
                    new Observation.Parts(connection.servers(), cluster, presence, fs, session),
                    MountRecord.of(mountpoint, environment));
            return new Mount(connection, presence, files, fs, session, observation);
        } catch (RuntimeException e) {
            files.close();
            if (presence != null) {
                presence.close();
            }
            if (connection != null) {
                connection.close();
            }
            observation.close();
            throw e;
        }
    }

    /**
     * Finds out whether options and configuration are such that a mount can be tried; asks no cluster.
     *
     * @throws RuntimeException as {@link Mounting#mount}
     */
    public static void check(Mounting.Request request, Map<String, String> environment) {
        MountOptions.parse(request.options());
        ClusterConfig.of(request.cluster(), environment);
    }

    private static WriterPresence presence(KafkaCluster cluster, MountOptions options) {
        return options.clusterPresence()
                ? ClusterPresence.start(
                        new KafkaNoticeLog(cluster, options.lease()),
                        options.lease(),
                        options.fs().timeout(),
                        new BootTime()::nanos)
                : new LocalPresence();
    }

    /** What a reader of unfinished transactions sees is not what others see. */
    private static IndexStore indexes(KafkaCluster cluster, MountOptions options, IndexFiles files) {
        return options.readCommitted() && options.indexes() != MountOptions.Indexes.OFF
                ? cluster.indexes(
                        files,
                        options.indexes() == MountOptions.Indexes.CLUSTER
                                && !options.fs().readOnly())
                : IndexStore.NONE;
    }

    /** The absolute path of the mount point. */
    public Path mountpoint() {
        return session.mounted().mountpoint();
    }

    /** Waits until somebody closes the mount, unmounts it by other means, or cuts it off; then it should be closed. */
    @Override
    public void awaitEnd() throws InterruptedException {
        while (!closing.await(LOOK_PERIOD_MS, TimeUnit.MILLISECONDS)) {
            if (!session.isMounted()) {
                log.info("{} was unmounted", mountpoint());
                return;
            }
            if (!session.isConnected()) {
                log.info("{} was unmounted, or cut off from the kernel, as by umount -f", mountpoint());
                return;
            }
        }
    }

    /**
     * Releases who waits, stores what was pushed, and unmounts; also while files are open. Idempotent, and over in some
     * seconds at the most.
     */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            closing.countDown();
            observation.close();
            fs.close();
            session.close();
            // Not before: now all is stored that will be.
            presence.close();
            files.close();
            connection.close();
            log.info("{} is closed", mountpoint());
        }
    }
}
