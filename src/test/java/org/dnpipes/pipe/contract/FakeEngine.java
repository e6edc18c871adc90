package org.dnpipes.pipe.contract;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.fake.FakeConnection;
import org.dnpipes.fake.FakeTransaction;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;
import org.jspecify.annotations.Nullable;

/** The cluster in memory, as the contracts need it. */
final class FakeEngine implements Engine {
    private final FakeCluster cluster = new FakeCluster();

    FakeEngine() {
        cluster.lookAgainFor(Duration.ofMillis(200));
    }

    void close() {
        cluster.close();
    }

    @Override
    public Connection connect() {
        return new Ports(cluster, cluster.connect());
    }

    @Override
    public Topic createTopic(String name, int pipes) {
        return cluster.createTopic(name, pipes);
    }

    @Override
    public Topic createTopicOfShortLines(String name) {
        Topic topic = cluster.createTopic(name, 1);
        cluster.longestLine(name, 1_000);
        return topic;
    }

    @Override
    public Topic createTopicThatRefusesRemoval(String name) {
        Topic topic = cluster.createTopic(name, 1);
        cluster.refuseRemoval(name);
        return topic;
    }

    @Override
    public void deleteTopic(String name) {
        cluster.deleteTopic(name);
    }

    @Override
    public void growTopic(String name, int pipes) {
        cluster.growTopic(name, pipes);
    }

    @Override
    public long append(PipeId pipe, byte @Nullable [] value, long timestamp) {
        return cluster.append(pipe, value, Instant.ofEpochMilli(timestamp));
    }

    @Override
    public void gap(PipeId pipe) {
        cluster.skip(pipe, 3);
    }

    @Override
    public Transaction begin(PipeId pipe) {
        FakeTransaction transaction = cluster.begin(pipe);
        return new Transaction() {
            @Override
            public void append(byte[] value) {
                transaction.append(new String(value, StandardCharsets.UTF_8));
            }

            @Override
            public void commit() {
                transaction.commit();
            }

            @Override
            public void abort() {
                transaction.abort();
            }
        };
    }

    @Override
    public void retainFrom(PipeId pipe, long first) {
        cluster.retainFrom(pipe, first);
    }

    private record Ports(FakeCluster cluster, FakeConnection connection) implements Connection {
        @Override
        public Catalog catalog() {
            return connection.catalog();
        }

        @Override
        public Source source() {
            return connection.source();
        }

        @Override
        public Sink sink() {
            return connection.sink();
        }

        @Override
        public OptionalInt waitingReads(PipeId pipe) {
            return OptionalInt.of(cluster.waitingReads(pipe));
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
