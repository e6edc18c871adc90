package org.dnpipes.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.IndexStore;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection to a Kafka cluster, as the ports that pipes are made of. Safe for use by many threads. */
public final class KafkaCluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaCluster.class);

    /** How long the first answer may take: whoever mounts is to be told within 10 s. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(8);

    private static final Duration SINK_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration FURTHER_SINK_TIMEOUT = Duration.ofMillis(400);
    private static final Duration THREADS_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration ADMIN_TIMEOUT = Duration.ofMillis(500);

    private final KafkaSettings settings;
    private final ScheduledExecutorService timer;
    private final Topics topics;
    private final KafkaCatalog.Clients clients;
    private final Admin admin;
    private final Lazy<Admin> once;
    private final KafkaCatalog catalog;
    private final KafkaSource source;
    private final KafkaSink sink;
    private final List<KafkaSink> furtherSinks = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private KafkaCluster(KafkaSettings settings, ClientSettings clientSettings, Admin admin) {
        this.admin = admin;
        this.timer = Threads.timer();
        this.once = new Lazy<>(() -> Admin.create(clientSettings.adminWithoutRetries()));
        this.settings = settings;
        this.topics = new Topics(admin, timer);
        LeaderEpochs epochs = new LeaderEpochs();
        Extents extents = new Extents(admin, settings, topics, epochs, timer);
        this.clients = new KafkaCatalog.Clients(admin, topics, extents, new LineLimits(admin, timer));
        this.source = new KafkaSource(topics, extents, epochs, new Consumers(clientSettings), timer);
        this.sink = new KafkaSink(settings, clients, new Producers(clientSettings, "dnpipes-push"), timer);
        this.catalog = new KafkaCatalog(clients, new TopicCreation(admin, once::get, settings), source::forget);
    }

    /**
     * Connects. Fails with a {@link PipeFailure} within 10 s if the cluster cannot be reached, does not accept the
     * user, or if the client properties make no sense.
     */
    public static KafkaCluster connect(KafkaSettings settings) {
        long began = System.nanoTime();
        ClientSettings clientSettings = new ClientSettings(settings);
        clientSettings.requireLogin();
        if (!clientSettings.isEncrypted()) {
            Greeting.exchange(settings.address());
        }
        Admin admin;
        try {
            admin = Admin.create(clientSettings.admin());
        } catch (KafkaException e) {
            throw new PipeFailure(
                    Reason.FAILED, "cannot use Kafka at " + settings.address() + ": " + Sentences.ofProperties(e), e);
        }
        try {
            admin.describeCluster()
                    .nodes()
                    .get(CONNECT_TIMEOUT.toMillis() - Topics.ageMillis(began), TimeUnit.MILLISECONDS);
            return new KafkaCluster(settings, clientSettings, admin);
        } catch (ExecutionException | TimeoutException | InterruptedException | RuntimeException e) {
            admin.close(Duration.ZERO);
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw unreachable(settings, e);
        }
    }

    private static PipeFailure unreachable(KafkaSettings settings, Exception e) {
        PipeFailure failure = Failures.of("use Kafka at " + settings.address(), e);
        if (e instanceof TimeoutException || failure.reason() == Reason.TIMED_OUT) {
            return new PipeFailure(
                    Reason.TIMED_OUT,
                    "cannot reach Kafka at " + settings.address()
                            + ": no answer; check the address, and whether it wants TLS or a password",
                    e);
        }
        return failure;
    }

    public Catalog catalog() {
        return catalog;
    }

    public Source source() {
        return source;
    }

    public Sink sink() {
        return sink;
    }

    /**
     * Another sink with connections of its own, so that bulk data does not hold it up. It is closed with the cluster.
     *
     * @param name what its connections are called on the brokers
     * @param timeout how long a push may go unanswered
     */
    public Sink sink(String name, Duration timeout) {
        KafkaSettings own = settings.withTimeout(timeout);
        KafkaSink further = new KafkaSink(own, clients, new Producers(new ClientSettings(own), name), timer);
        furtherSinks.add(further);
        return further;
    }

    /**
     * What the cluster says about itself, and about what this user may do.
     *
     * @param presence the topic where mounts tell each other who writes
     * @param names topics whose rights are of interest
     */
    public ClusterFacts facts(String presence, Collection<String> names) {
        return new Inspection(admin, catalog).facts(presence, names);
    }

    /** How many bytes were pushed and are not acknowledged, over all pipes. */
    public long bytesOnTheirWay() {
        return sink.bytesOnTheirWay();
    }

    /**
     * A topic of dnpipes' own, which no user sees; made if there is none. Messages are kept for an hour there, if the
     * cluster lets us say so.
     *
     * @param name begins with "__"
     * @param pipes how many it gets if it is made
     */
    public CompletableFuture<Topic> internalTopic(String name, int pipes) {
        return new InternalTopic(admin, topics, settings, name, pipes).findOrMake();
    }

    /** The topic of dnpipes' own of that name, if there is one; else fails. Never makes it. */
    public CompletableFuture<Topic> findInternalTopic(String name) {
        return topics.look(name);
    }

    /**
     * Where is kept what this mount finds out about pipes.
     *
     * @param here what keeps it on this host
     * @param shared whether it is kept with the cluster, too, for other hosts
     */
    public IndexStore indexes(IndexStore here, boolean shared) {
        return new KafkaIndexes(admin, here, shared);
    }

    /**
     * Whether the brokers put their own time on the messages of a topic of dnpipes' own; false also if this user may
     * not know.
     */
    public CompletableFuture<Boolean> hasBrokersTime(String name) {
        return InternalTopic.hasBrokersTime(admin, name);
    }

    /**
     * Sends what was pushed, if it can be sent within 1 s, ends waiting reads and closes every connection. Takes 5 s at
     * most.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            sink.close(SINK_TIMEOUT);
            for (KafkaSink further : furtherSinks) {
                further.close(FURTHER_SINK_TIMEOUT);
            }
            await(source.close());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("Interrupted while the connection to Kafka was being closed");
        } finally {
            timer.shutdownNow();
            once.ifPresent(client -> client.close(ADMIN_TIMEOUT));
            admin.close(ADMIN_TIMEOUT);
        }
    }

    private static void await(List<Thread> threads) throws InterruptedException {
        long deadline = System.nanoTime() + THREADS_TIMEOUT.toNanos();
        for (Thread thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
        }
    }
}
