package org.dnpipes.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.TopicName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes topics that keep what pipes promise. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class TopicCreation {
    private static final Logger LOG = LoggerFactory.getLogger(TopicCreation.class);

    /** Kafka's own defaults drop messages after seven days. A pipe keeps them until it is reset. */
    private static final Map<String, String> KEEP_EVERYTHING = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, "delete",
            TopicConfig.RETENTION_MS_CONFIG, "-1",
            TopicConfig.RETENTION_BYTES_CONFIG, "-1");

    private final Admin patient;
    private final Supplier<Admin> once;
    private final KafkaSettings settings;
    private final AtomicBoolean warned = new AtomicBoolean();
    /** The cluster's default, once it is known. */
    private volatile int defaultReplicas;

    /**
     * @param patient tries again after a lost answer
     * @param once does not
     */
    TopicCreation(Admin patient, Supplier<Admin> once, KafkaSettings settings) {
        this.patient = patient;
        this.once = once;
        this.settings = settings;
    }

    /** Completes when the cluster has agreed to the topic; brokers may not know it yet. */
    CompletableFuture<Void> create(String name, boolean exclusive) {
        Optional<PipeFailure> illegal = illegal(name);
        if (illegal.isPresent()) {
            return CompletableFuture.failedFuture(illegal.get());
        }
        return replicas(name)
                .thenCompose(replicas -> create(name, exclusive, replicas))
                .exceptionally(failure -> {
                    throw failure(name, exclusive, failure);
                });
    }

    private CompletableFuture<Void> create(String name, boolean exclusive, int replicas) {
        Map<String, String> config = new HashMap<>(KEEP_EVERYTHING);
        if (replicas >= 3) {
            config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
        }
        config.putAll(settings.topic());
        Admin admin = exclusive ? once.get() : patient;
        return Answers.of(createTopic(admin, name, config, false).all());
    }

    /** How many replicas the topic will have, asked by a trial; 0 if that is not told. */
    private CompletableFuture<Integer> replicas(String name) {
        if (settings.replication() > 0) {
            return CompletableFuture.completedFuture(settings.replication());
        }
        if (defaultReplicas > 0) {
            return CompletableFuture.completedFuture(defaultReplicas);
        }
        CreateTopicsResult trial = createTopic(patient, name, Map.of(), true);
        return Answers.of(trial.all())
                .thenCompose(done -> Answers.of(trial.replicationFactor(name)).exceptionally(failure -> 0))
                .whenComplete((replicas, failure) -> {
                    if (failure == null) {
                        defaultReplicas = replicas;
                        if (replicas == 1) {
                            warnAboutLoneReplicas();
                        }
                    }
                });
    }

    private CreateTopicsResult createTopic(Admin admin, String name, Map<String, String> config, boolean trial) {
        Optional<Short> replicas =
                settings.replication() == 0 ? Optional.empty() : Optional.of((short) settings.replication());
        NewTopic topic = new NewTopic(name, Optional.of(1), replicas).configs(config);
        CreateTopicsOptions options =
                new CreateTopicsOptions().validateOnly(trial).retryOnQuotaViolation(false);
        return admin.createTopics(List.of(topic), options);
    }

    private void warnAboutLoneReplicas() {
        if (warned.getAndSet(true)) {
            return;
        }
        patient.describeCluster().nodes().whenComplete((nodes, failure) -> {
            if (failure == null && nodes.size() > 1) {
                LOG.warn(
                        "New topics get 1 replica although the cluster has {} brokers: a lost disk loses their"
                                + " messages. Mount with -o replication=3, or set the cluster's default",
                        nodes.size());
            }
        });
    }

    private static Optional<PipeFailure> illegal(String name) {
        if (name.length() > TopicName.MAX_LENGTH) {
            return Optional.of(new PipeFailure(
                    Reason.NAME_TOO_LONG,
                    "topic name of " + name.length() + " characters is longer than " + TopicName.MAX_LENGTH));
        }
        if (!TopicName.isLegal(name)) {
            return Optional.of(new PipeFailure(
                    Reason.ILLEGAL_NAME,
                    "topic name '" + Failures.quoted(name)
                            + "' is not made of letters, digits, '.', '_' and '-' alone"));
        }
        if (TopicName.isInternal(name)) {
            return Optional.of(new PipeFailure(
                    Reason.REFUSED, "topic name '" + name + "' begins with '__', which is kept for Kafka itself"));
        }
        return Optional.empty();
    }

    private static PipeFailure failure(String name, boolean exclusive, Throwable thrown) {
        PipeFailure failure = Failures.of("create topic " + name, thrown);
        if (exclusive && failure.reason() == Reason.TIMED_OUT) {
            return new PipeFailure(
                    Reason.FAILED, "cannot tell whether topic " + name + " was created: the answer was lost", thrown);
        }
        return failure;
    }

    /** Whether there was a topic of the very same name; not one that it collides with. */
    static boolean exists(PipeFailure failure) {
        return failure.getCause() instanceof TopicExistsException;
    }
}
