package org.dnpipes.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the brokers say about topics. Answers are remembered for {@link #FRESH_MS}; that there is no such topic is never
 * remembered. Always asks by describing: questions about offsets are tried again for a minute if the topic is unknown.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class Topics {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    /** How old a remembered answer may be. */
    static final long FRESH_MS = 1000;

    /** How long a topic may be unknown to a broker although it was created: measured up to 81 ms. */
    private static final long LAG_MS = 200;

    /** The same for a broker that is alone: it need not hear of it from others. */
    private static final long LAG_OF_ONE_MS = 50;

    /** For so long it is believed that a broker is alone, or not. */
    private static final long BROKERS_FRESH_MS = 10_000;

    private static final long LOOK_AGAIN_MS = 25;
    private static final int MOST_REMEMBERED = 20_000;

    private final Admin admin;
    private final ScheduledExecutorService timer;
    private final Coalescer<String, TopicDescription> describe;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    private volatile @Nullable Lag lag;
    private final AtomicBoolean lockedOut = new AtomicBoolean();

    private record Seen(Topic topic, long nanos) {}

    private record Lag(long millis, long nanos) {}

    Topics(Admin admin, ScheduledExecutorService timer) {
        this.admin = admin;
        this.timer = timer;
        this.describe = new Coalescer<>(this::request, timer);
    }

    /** A fresh description, looking again for a moment if there seems to be none. Fails with Kafka's exceptions. */
    CompletableFuture<TopicDescription> describe(String name) {
        return describe(name, System.nanoTime());
    }

    private CompletableFuture<TopicDescription> describe(String name, long began) {
        return describe.ask(name)
                .handle((found, failure) -> {
                    noticeLockOut(failure == null ? null : Failures.unwrapped(failure));
                    if (failure == null) {
                        remember(topic(found));
                        return CompletableFuture.completedFuture(found);
                    }
                    forget(name);
                    return Failures.isMissing(failure)
                            ? lookAgain(name, began, failure)
                            : CompletableFuture.<TopicDescription>failedFuture(Failures.unwrapped(failure));
                })
                .thenCompose(answer -> answer);
    }

    /** Said once: everything that is open asks every second, and each client of Kafka tries several times in one. */
    private void noticeLockOut(@Nullable Throwable failure) {
        if (failure instanceof AuthenticationException && lockedOut.compareAndSet(false, true)) {
            LOG.warn("Kafka cannot be used any more: {}", Sentences.of(failure));
        } else if (failure == null && lockedOut.compareAndSet(true, false)) {
            LOG.info("Kafka can be used again");
        }
    }

    private CompletableFuture<TopicDescription> lookAgain(String name, long began, Throwable missing) {
        return lag().thenCompose(millis -> ageMillis(began) < millis
                ? later(LOOK_AGAIN_MS).thenCompose(now -> describe(name, began))
                : CompletableFuture.failedFuture(Failures.unwrapped(missing)));
    }

    /** How long a topic may be unknown although it was created, in milliseconds. Never fails. */
    private CompletableFuture<Long> lag() {
        Lag known = lag;
        if (known != null && ageMillis(known.nanos) < BROKERS_FRESH_MS) {
            return CompletableFuture.completedFuture(known.millis);
        }
        return Answers.of(admin.describeCluster().nodes())
                .thenApply(nodes -> nodes.size() == 1 ? LAG_OF_ONE_MS : LAG_MS)
                .exceptionally(failure -> LAG_MS)
                .whenComplete((millis, failure) -> lag = new Lag(millis, System.nanoTime()));
    }

    /** The topic of that name, as it is now. */
    CompletableFuture<Topic> look(String name) {
        return describe(name).thenApply(Topics::topic);
    }

    /** The topic of that name, as it was at most {@link #FRESH_MS} ago. */
    CompletableFuture<Topic> find(String name) {
        Topic known = remembered(name);
        return known != null ? CompletableFuture.completedFuture(known) : look(name);
    }

    /** Fails with GONE unless the pipe's topic was there, as the pipe knows it, at most {@link #FRESH_MS} ago. */
    CompletableFuture<Void> require(PipeId pipe) {
        return required(pipe, find(pipe.topic()));
    }

    /** Fails with GONE unless the pipe's topic is there, as the pipe knows it, now. */
    CompletableFuture<Void> requireNow(PipeId pipe) {
        return required(pipe, look(pipe.topic()));
    }

    /** Whether it is known without asking that the pipe's topic was made again. */
    boolean isKnownToBeReplaced(PipeId pipe) {
        Topic known = remembered(pipe.topic());
        return known != null && !known.id().equals(pipe.topicId());
    }

    /** All topics with one of these names, in no order. */
    CompletableFuture<List<Topic>> all(Collection<String> names) {
        Map<String, CompletableFuture<TopicDescription>> answers = request(names);
        return CompletableFuture.allOf(answers.values().stream()
                        .map(answer -> answer.handle((found, failure) -> found))
                        .toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> collected(answers.values()));
    }

    private List<Topic> collected(Collection<CompletableFuture<TopicDescription>> answers) {
        List<Topic> topics = new ArrayList<>(answers.size());
        for (CompletableFuture<TopicDescription> answer : answers) {
            try {
                TopicDescription found = answer.join();
                if (!found.isInternal()) {
                    topics.add(topic(found));
                    remember(topic(found));
                }
            } catch (RuntimeException e) {
                // Deleted since its name was listed, or not ours to see. A broker that does not answer is told.
                if (Failures.of("list the topics", e).reason() == Reason.TIMED_OUT) {
                    throw e;
                }
            }
        }
        return topics;
    }

    void remember(Topic topic) {
        if (seen.size() >= MOST_REMEMBERED) {
            seen.clear();
        }
        seen.put(topic.name(), new Seen(topic, System.nanoTime()));
    }

    void forget(String name) {
        seen.remove(name);
    }

    CompletableFuture<Void> later(long millis) {
        CompletableFuture<Void> due = new CompletableFuture<>();
        try {
            timer.schedule(() -> due.complete(null), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            due.completeExceptionally(new PipeFailure(Reason.CLOSED, "the connection to Kafka is being closed"));
        }
        return due;
    }

    static Topic topic(TopicDescription found) {
        return new Topic(
                found.name(), found.topicId().toString(), found.partitions().size());
    }

    static long ageMillis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private @Nullable Topic remembered(String name) {
        Seen last = seen.get(name);
        return last == null || ageMillis(last.nanos) > FRESH_MS ? null : last.topic;
    }

    private CompletableFuture<Void> required(PipeId pipe, CompletableFuture<Topic> found) {
        return found.handle((topic, failure) -> {
            if (failure == null && topic.id().equals(pipe.topicId()) && pipe.number() < topic.pipes()) {
                return null;
            }
            if (failure == null || Failures.isMissing(failure)) {
                throw gone(pipe);
            }
            throw Failures.of("look at topic " + pipe.topic(), failure);
        });
    }

    static PipeFailure gone(PipeId pipe) {
        return new PipeFailure(
                Reason.GONE, "topic " + pipe.topic() + " was deleted or made again since pipe " + pipe + " was opened");
    }

    private Map<String, CompletableFuture<TopicDescription>> request(Collection<String> names) {
        Map<String, KafkaFuture<TopicDescription>> sent =
                admin.describeTopics(names).topicNameValues();
        Map<String, CompletableFuture<TopicDescription>> answers = new HashMap<>();
        sent.forEach((name, answer) -> answers.put(name, Answers.of(answer)));
        return answers;
    }
}
