package org.dnpipes.kafka;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.dnpipes.pipe.TopicName;

/** The topics of a cluster. What it says about a name may be a second old; that there is none is always new. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class KafkaCatalog implements Catalog {
    /** How long to wait for brokers to take notice of a new or deleted topic. */
    private static final long NOTICED_MS = 10_000;

    private static final long LOOK_AGAIN_MS = 10;

    /** Settings of topics that are facts, and what they are called there. */
    private static final Map<String, String> SHOWN = Map.of(
            TopicConfig.RETENTION_MS_CONFIG, "retention_ms",
            TopicConfig.RETENTION_BYTES_CONFIG, "retention_bytes",
            TopicConfig.CLEANUP_POLICY_CONFIG, "cleanup_policy");

    private final Admin admin;
    private final Topics topics;
    private final Extents extents;
    private final LineLimits limits;
    private final TopicCreation creation;
    private final ResetMarks resets;
    private final Consumer<PipeId> removed;

    /** @param removed is told about pipes whose first messages were removed, before the caller is */
    KafkaCatalog(Clients clients, TopicCreation creation, Consumer<PipeId> removed) {
        this.admin = clients.admin();
        this.topics = clients.topics();
        this.extents = clients.extents();
        this.limits = clients.limits();
        this.creation = creation;
        this.resets = new ResetMarks(admin);
        this.removed = removed;
    }

    /** What the catalog asks through. */
    record Clients(Admin admin, Topics topics, Extents extents, LineLimits limits) {}

    @Override
    public CompletableFuture<List<Topic>> list() {
        return explained(
                "list the topics",
                () -> Answers.of(admin.listTopics().listings())
                        .thenCompose(listed -> topics.all(listed.stream()
                                .filter(topic -> !topic.isInternal())
                                .map(TopicListing::name)
                                .filter(name -> !TopicName.isInternal(name))
                                .toList())));
    }

    @Override
    public CompletableFuture<Topic> find(String name) {
        if (!TopicName.isLegal(name) || TopicName.isInternal(name)) {
            return CompletableFuture.failedFuture(missing(name));
        }
        return explained(
                "find topic " + name,
                () -> topics.find(name).exceptionally(failure -> {
                    throw Failures.isMissing(failure) ? missing(name) : Failures.of("find topic " + name, failure);
                }));
    }

    @Override
    public CompletableFuture<Topic> create(String name, boolean exclusive) {
        return explained(
                "create topic " + name,
                () -> creation.create(name, exclusive)
                        .exceptionally(thrown -> {
                            PipeFailure failure = PipeFailure.of(thrown);
                            // "a.b" beside "a_b" is EXISTS too, and then there is none of this name.
                            if (TopicCreation.exists(failure) && !exclusive) {
                                return null;
                            }
                            throw failure;
                        })
                        .thenCompose(done -> writable(name, System.nanoTime())));
    }

    /** Waits until a broker knows the leader, and the leader knows that it is one. */
    private CompletableFuture<Topic> writable(String name, long began) {
        return topics.describe(name)
                .handle((found, failure) -> {
                    boolean missing = failure != null && Failures.isMissing(failure);
                    if (failure != null && !missing) {
                        return CompletableFuture.<Topic>failedFuture(failure);
                    }
                    if (!missing && hasLeader(found)) {
                        Topic topic = Topics.topic(found);
                        return extents.extent(topic.pipe(0)).thenApply(extent -> topic);
                    }
                    if (Topics.ageMillis(began) > NOTICED_MS) {
                        return CompletableFuture.<Topic>failedFuture(new PipeFailure(
                                Reason.TIMED_OUT, "topic " + name + " was created, but no broker leads it yet"));
                    }
                    return topics.later(LOOK_AGAIN_MS).thenCompose(now -> writable(name, began));
                })
                .thenCompose(answer -> answer);
    }

    private static boolean hasLeader(TopicDescription found) {
        return found.partitions().get(0).leader() != null;
    }

    @Override
    public CompletableFuture<Void> delete(Topic topic) {
        String attempt = "delete topic " + topic.name();
        return explained(attempt, () -> {
            topics.forget(topic.name());
            return Answers.of(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(Uuid.fromString(topic.id()))))
                            .all())
                    .exceptionally(failure -> {
                        if (Failures.isMissing(failure)) {
                            return null;
                        }
                        throw Failures.of(attempt, failure);
                    })
                    .thenCompose(done -> unknown(topic, System.nanoTime()));
        });
    }

    /** Waits until a broker does not know that incarnation any more. */
    private CompletableFuture<Void> unknown(Topic topic, long began) {
        return gone(List.of(topic)).thenCompose(gone -> {
            if (!gone.isEmpty() || Topics.ageMillis(began) > NOTICED_MS) {
                return CompletableFuture.completedFuture(null);
            }
            return topics.later(LOOK_AGAIN_MS).thenCompose(now -> unknown(topic, began));
        });
    }

    @Override
    public CompletableFuture<Set<Topic>> gone(Collection<Topic> asked) {
        return explained("look at " + asked.size() + " topics", () -> {
            Set<Topic> gone = ConcurrentHashMap.newKeySet();
            CompletableFuture<?>[] looks = asked.stream()
                    .map(topic -> topics.look(topic.name()).handle((now, failure) -> {
                        if (failure == null ? !now.equals(topic) : Failures.isMissing(failure)) {
                            gone.add(topic);
                        } else if (failure != null
                                && Failures.of("look", failure).reason() != Reason.UNAUTHORIZED) {
                            throw Failures.of("look at topic " + topic.name(), failure);
                        }
                        return null;
                    }))
                    .toArray(CompletableFuture<?>[]::new);
            return CompletableFuture.allOf(looks).thenApply(done -> new HashSet<>(gone));
        });
    }

    @Override
    public CompletableFuture<Integer> longestLine(Topic topic) {
        return explained(
                "read the line limit of topic " + topic.name(),
                () -> topics.require(topic.pipe(0)).thenCompose(same -> limits.longestLine(topic.name())));
    }

    @Override
    public CompletableFuture<Map<String, String>> facts(Topic topic) {
        return explained(
                "describe topic " + topic.name(),
                () -> topics.describe(topic.name()).thenCombine(settings(topic), (found, settings) -> {
                    Map<String, String> facts = new TreeMap<>(settings);
                    int replicas = found.partitions().stream()
                            .mapToInt(partition -> partition.replicas().size())
                            .min()
                            .orElse(0);
                    facts.put("replication", Integer.toString(replicas));
                    return facts;
                }));
    }

    private CompletableFuture<Map<String, String>> settings(Topic topic) {
        return TopicSettings.ask(admin, topic.name())
                .thenApply(KafkaCatalog::shown)
                .exceptionally(failure -> {
                    PipeFailure why = Failures.of("see the settings of topic " + topic.name(), failure);
                    if (why.reason() != Reason.UNAUTHORIZED) {
                        throw why;
                    }
                    return Map.of();
                });
    }

    private static Map<String, String> shown(TopicSettings settings) {
        Map<String, String> shown = new TreeMap<>();
        SHOWN.forEach((setting, name) -> settings.value(setting).ifPresent(value -> shown.put(name, value)));
        return shown;
    }

    @Override
    public CompletableFuture<Void> removeBefore(PipeId pipe, long end) {
        String attempt = "remove the messages of pipe " + pipe;
        return explained(
                attempt,
                () -> topics.requireNow(pipe)
                        .thenCompose(same -> resets.mark(pipe, end))
                        .thenCompose(marked -> Answers.of(
                                admin.deleteRecords(Map.of(Extents.partition(pipe), RecordsToDelete.beforeOffset(end)))
                                        .all()))
                        .handle((done, failure) -> {
                            removed.accept(pipe);
                            if (failure != null) {
                                throw removal(attempt, pipe, failure);
                            }
                            return null;
                        }));
    }

    @Override
    public CompletableFuture<Long> lastReset(PipeId pipe) {
        return explained("see whether pipe " + pipe + " was reset", () -> resets.last(pipe));
    }

    private static PipeFailure removal(String attempt, PipeId pipe, Throwable failure) {
        Throwable cause = Failures.unwrapped(failure);
        if (cause instanceof PolicyViolationException || cause instanceof InvalidRequestException) {
            return new PipeFailure(
                    Reason.REFUSED,
                    "cannot remove the messages of pipe " + pipe + ": its topic is compacted; set its cleanup.policy to"
                            + " delete",
                    cause);
        }
        return Failures.isMissing(cause) ? Topics.gone(pipe) : Failures.of(attempt, cause);
    }

    private static PipeFailure missing(String name) {
        return new PipeFailure(Reason.MISSING, "there is no topic " + Failures.quoted(name));
    }

    /** Whatever goes wrong, also in the call itself when the client is closed, fails the future with a sentence. */
    private static <V> CompletableFuture<V> explained(String attempt, Supplier<CompletableFuture<V>> call) {
        try {
            return call.get().exceptionally(failure -> {
                throw Failures.of(attempt, failure);
            });
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(Failures.of(attempt, e));
        }
    }
}
