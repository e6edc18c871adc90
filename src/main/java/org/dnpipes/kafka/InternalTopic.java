package org.dnpipes.kafka;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.Topic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topic of dnpipes' own, which users do not see. It is made when it is first needed. Safe for use by many threads.
 */
final class InternalTopic {
    private static final Logger LOG = LoggerFactory.getLogger(InternalTopic.class);

    private static final long LOOK_AGAIN_MS = 25;
    /** How long brokers may take to lead a topic that was just made. */
    private static final long NOTICED_MS = 10_000;

    private static final String BROKERS_TIME = "LogAppendTime";

    /**
     * What it says is of interest for minutes. Managed clusters may refuse to have such things set: the first of these
     * that is accepted is taken.
     */
    private static final List<Map<String, String>> CONFIGS = List.of(
            Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG, "delete",
                    TopicConfig.RETENTION_MS_CONFIG, "3600000",
                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, BROKERS_TIME),
            Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, BROKERS_TIME),
            Map.of());

    private final Admin admin;
    private final Topics topics;
    private final KafkaSettings settings;
    private final String name;
    private final int partitions;

    InternalTopic(Admin admin, Topics topics, KafkaSettings settings, String name, int partitions) {
        this.admin = admin;
        this.topics = topics;
        this.settings = settings;
        this.name = name;
        this.partitions = partitions;
    }

    /** The topic as it is now; made, if there is none. */
    CompletableFuture<Topic> findOrMake() {
        return either(
                        topics.look(name),
                        topic -> topic,
                        failure -> Failures.isMissing(failure)
                                ? make(CONFIGS).thenCompose(made -> led(System.nanoTime()))
                                : CompletableFuture.failedFuture(failure))
                .exceptionally(failure -> {
                    throw Failures.of("use topic " + name + ", where mounts tell each other who writes", failure);
                });
    }

    private CompletableFuture<Void> make(List<Map<String, String>> configs) {
        Optional<Short> replicas =
                settings.replication() == 0 ? Optional.empty() : Optional.of((short) settings.replication());
        NewTopic topic = new NewTopic(name, Optional.of(partitions), replicas).configs(configs.get(0));
        CompletableFuture<Void> made =
                Answers.of(admin.createTopics(List.of(topic)).all());
        return either(made, done -> null, failure -> {
            if (Failures.unwrapped(failure) instanceof TopicExistsException) {
                return CompletableFuture.completedFuture(null);
            }
            if (Failures.of("create topic " + name, failure).reason() == Reason.REFUSED && configs.size() > 1) {
                LOG.debug("the settings of topic {} are refused", name, failure);
                return make(configs.subList(1, configs.size()));
            }
            return CompletableFuture.failedFuture(failure);
        });
    }

    /** See {@link KafkaCluster#hasBrokersTime}. */
    static CompletableFuture<Boolean> hasBrokersTime(Admin admin, String name) {
        return either(
                TopicSettings.ask(admin, name),
                settings -> settings.value(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)
                        .filter(BROKERS_TIME::equals)
                        .isPresent(),
                failure -> {
                    PipeFailure why = Failures.of("see the settings of topic " + name, failure);
                    return why.reason() == Reason.UNAUTHORIZED
                            ? CompletableFuture.completedFuture(false)
                            : CompletableFuture.failedFuture(why);
                });
    }

    /** Waits until a broker knows it, with a leader for each partition. */
    private CompletableFuture<Topic> led(long began) {
        return either(
                        topics.describe(name)
                                .thenApply(found -> found.partitions().stream().allMatch(p -> p.leader() != null)
                                        ? Optional.of(Topics.topic(found))
                                        : Optional.<Topic>empty()),
                        topic -> topic,
                        failure -> Failures.isMissing(failure)
                                ? CompletableFuture.completedFuture(Optional.<Topic>empty())
                                : CompletableFuture.failedFuture(failure))
                .thenCompose(found -> {
                    if (found.isPresent()) {
                        return CompletableFuture.completedFuture(found.get());
                    }
                    if (Topics.ageMillis(began) > NOTICED_MS) {
                        return CompletableFuture.failedFuture(new PipeFailure(
                                Reason.TIMED_OUT, "topic " + name + " was created, but no broker leads it yet"));
                    }
                    return topics.later(LOOK_AGAIN_MS).thenCompose(now -> led(began));
                });
    }

    private static <V, W> CompletableFuture<W> either(
            CompletableFuture<V> asked, Function<V, W> answered, Function<Throwable, CompletableFuture<W>> failed) {
        return asked.handle((answer, failure) -> failure == null
                        ? CompletableFuture.completedFuture(answered.apply(answer))
                        : failed.apply(failure))
                .thenCompose(outcome -> outcome);
    }
}
