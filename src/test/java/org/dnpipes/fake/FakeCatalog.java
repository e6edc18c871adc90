package org.dnpipes.fake;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.dnpipes.pipe.TopicName;

final class FakeCatalog implements Catalog {
    private final FakeConnection connection;
    private final Store store;

    FakeCatalog(FakeConnection connection, Store store) {
        this.connection = connection;
        this.store = store;
    }

    @Override
    public CompletableFuture<List<Topic>> list() {
        return connection.ask(() -> store.requireCatalog().topics().values().stream()
                .map(FakeTopic::topic)
                .filter(topic -> !TopicName.isInternal(topic.name()))
                // Nobody may rely on an order.
                .sorted(Comparator.comparing(Topic::name).reversed())
                .toList());
    }

    @Override
    public CompletableFuture<Topic> find(String name) {
        Duration patience = store.lookAgainFor();
        CompletableFuture<Topic> look = look(name);
        if (patience.isZero()) {
            return look;
        }
        return look.exceptionallyComposeAsync(
                thrown -> PipeFailure.of(thrown).reason() == Reason.MISSING
                        ? look(name)
                        : CompletableFuture.failedFuture(thrown),
                CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public CompletableFuture<Topic> create(String name, boolean exclusive) {
        return connection.ask(() -> {
            FakeTopic there = store.requireCatalog().topics().get(name);
            if (there != null && !exclusive) {
                return there.topic();
            }
            requireLegal(name);
            requireNew(name);
            return store.make(name, 1).topic();
        });
    }

    @Override
    public CompletableFuture<Void> delete(Topic topic) {
        return connection.<Void>ask(() -> {
            FakeTopic there = store.requireCatalog().topics().get(topic.name());
            if (there != null && there.id().equals(topic.id())) {
                store.delete(there);
            }
            return null;
        });
    }

    @Override
    public CompletableFuture<Set<Topic>> gone(Collection<Topic> topics) {
        List<Topic> asked = List.copyOf(topics);
        return connection.ask(() -> {
            Set<Topic> there = store.requireCatalog().topics().values().stream()
                    .map(FakeTopic::topic)
                    .collect(Collectors.toSet());
            return asked.stream().filter(topic -> !there.contains(topic)).collect(Collectors.toSet());
        });
    }

    @Override
    public CompletableFuture<Integer> longestLine(Topic topic) {
        return connection.ask(() -> store.requireCatalog().topic(topic.name()).longestLine());
    }

    @Override
    public CompletableFuture<Map<String, String>> facts(Topic topic) {
        return connection.ask(() -> {
            store.requireCatalog().topic(topic.name());
            return Map.of("replication", "1", "retention_ms", "604800000");
        });
    }

    @Override
    public CompletableFuture<Void> removeBefore(PipeId pipe, long end) {
        return connection.<Void>ask(pipe, () -> {
            Log log = store.log(pipe).looked();
            if (store.topic(pipe.topic()).refusesRemoval()) {
                throw new PipeFailure(Reason.REFUSED, "topic " + pipe.topic() + " does not allow to remove messages");
            }
            log.reset(end);
            return null;
        });
    }

    @Override
    public CompletableFuture<Long> lastReset(PipeId pipe) {
        return connection.ask(pipe, () -> store.log(pipe).looked().lastReset());
    }

    private CompletableFuture<Topic> look(String name) {
        return connection.ask(() -> Optional.ofNullable(
                        store.requireCatalog().topics().get(name))
                .orElseThrow(() -> new PipeFailure(Reason.MISSING, "there is no topic " + shown(name)))
                .topic());
    }

    /** A name may hold anything, and a sentence is one line. */
    private static String shown(String name) {
        return "'" + name.replaceAll("\\p{Cntrl}", "?") + "'";
    }

    private static void requireLegal(String name) {
        if (name.length() > TopicName.MAX_LENGTH) {
            throw new PipeFailure(
                    Reason.NAME_TOO_LONG, "a topic's name has at most " + TopicName.MAX_LENGTH + " characters");
        }
        if (!TopicName.isLegal(name)) {
            throw new PipeFailure(Reason.ILLEGAL_NAME, "no topic can have the name " + shown(name));
        }
    }

    /**
     * The engine cannot tell a dot from an underscore in the names of its metrics, and refuses the second of a pair.
     */
    private void requireNew(String name) {
        for (String there : store.topics().keySet()) {
            if (Objects.equals(there.replace('.', '_'), name.replace('.', '_'))) {
                throw new PipeFailure(Reason.EXISTS, "there is already a topic " + there);
            }
        }
    }
}
