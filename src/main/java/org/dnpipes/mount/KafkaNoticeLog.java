package org.dnpipes.mount;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.dnpipes.kafka.KafkaCluster;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;
import org.dnpipes.presence.Lease;
import org.dnpipes.presence.NoticeLog;

/** Notices in a hidden topic of the cluster, by a producer of their own: bulk data must not hold them up. */
final class KafkaNoticeLog implements NoticeLog {
    private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(2);

    private final KafkaCluster cluster;
    private final Sink sink;

    KafkaNoticeLog(KafkaCluster cluster, Lease lease) {
        this.cluster = cluster;
        Duration third = lease.length().dividedBy(3);
        this.sink = cluster.sink("dnpipes-presence", third.compareTo(SHORTEST_TIMEOUT) > 0 ? third : SHORTEST_TIMEOUT);
    }

    @Override
    public CompletableFuture<Topic> topic() {
        return cluster.internalTopic(TOPIC, PARTS);
    }

    @Override
    public CompletableFuture<Boolean> hasTime() {
        return cluster.hasBrokersTime(TOPIC);
    }

    @Override
    public Sink sink() {
        return sink;
    }

    @Override
    public Source source() {
        return cluster.source();
    }
}
