package org.dnpipes.kafka;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection to a Kafka cluster, as the ports that pipes are made of. Safe for use by many threads. */
public final class KafkaCluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaCluster.class);

    /** How long the first answer may take: whoever mounts is to be told within 10 s. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(8);

    private static final Duration SINK_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration THREADS_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration ADMIN_TIMEOUT = Duration.ofMillis(500);

    private final ScheduledExecutorService timer;
    private final Admin admin;
    private final Lazy<Admin> once;
    private final KafkaCatalog catalog;
    private final KafkaSource source;
    private final KafkaSink sink;
    private final AtomicBoolean closed = new AtomicBoolean();

    private KafkaCluster(KafkaSettings settings, ClientSettings clientSettings, Admin admin) {
        this.admin = admin;
        this.timer = Threads.timer();
        this.once = new Lazy<>(() -> Admin.create(clientSettings.adminWithoutRetries()));
        Topics topics = new Topics(admin, timer);
        Extents extents = new Extents(admin, settings, topics, timer);
        KafkaCatalog.Clients clients = new KafkaCatalog.Clients(admin, topics, extents, new LineLimits(admin, timer));
        this.source = new KafkaSource(topics, extents, new Consumers(clientSettings), timer);
        this.sink = new KafkaSink(settings, clients, new Producers(clientSettings), timer);
        this.catalog = new KafkaCatalog(clients, new TopicCreation(admin, once::get, settings), source::forget);
    }

    /**
     * Connects. Fails with a {@link PipeFailure} within 10 s if the cluster cannot be reached, does not accept the
     * user, or if the client properties make no sense.
     */
    public static KafkaCluster connect(KafkaSettings settings) {
        ClientSettings clientSettings = new ClientSettings(settings);
        Admin admin;
        try {
            admin = Admin.create(clientSettings.admin());
        } catch (KafkaException e) {
            throw new PipeFailure(Reason.FAILED, "cannot use Kafka at " + settings.address() + ": " + innermost(e), e);
        }
        try {
            admin.describeCluster().nodes().get(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
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

    /** Kafka wraps what is wrong with a property in "Failed to create new KafkaAdminClient". */
    private static String innermost(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
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
