package org.dnpipes.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.dnpipes.kafka.ClusterFacts.Answer;
import org.dnpipes.kafka.ClusterFacts.Right;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.jspecify.annotations.Nullable;

/** Asks a cluster about itself, and about what this user may do. Changes nothing. */
final class Inspection {
    private static final long PATIENCE_SECONDS = 10;

    private final Admin admin;
    private final Catalog catalog;

    Inspection(Admin admin, Catalog catalog) {
        this.admin = admin;
        this.catalog = catalog;
    }

    /** Fails with a {@link PipeFailure} if the cluster does not answer. */
    ClusterFacts facts(String presence, Collection<String> topics) {
        DescribeClusterResult cluster =
                admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true));
        List<String> brokers = await(cluster.nodes()).stream()
                .map(node -> node.host() + ":" + node.port())
                .sorted()
                .toList();
        List<Right> rights = new ArrayList<>();
        Answer create = answer(await(cluster.authorizedOperations()), AclOperation.CREATE);
        rights.add(new Right("create topics", create, "CREATE on the cluster", false));
        rights.add(presence(presence, create));
        rights.add(group("dnpipes.index", "share what is known of the sizes of large pipes"));
        rights.add(group("dnpipes.reset", "tell other mounts that a pipe was reset"));
        topics.forEach(topic -> rights.addAll(topic(topic)));
        return new ClusterFacts(await(cluster.clusterId()), brokers, version(), visible(), rights);
    }

    private int visible() {
        return await(catalog.list()).size();
    }

    private Right presence(String name, Answer create) {
        String purpose = "tell other mounts who writes, in the topic " + name;
        Set<AclOperation> granted;
        try {
            granted = topicOperations(name);
        } catch (PipeFailure e) {
            // A topic that one may not see is missing, too.
            return e.reason() == Reason.UNAUTHORIZED
                    ? new Right(purpose, Answer.NO, "DESCRIBE, READ and WRITE on the topic " + name, true)
                    : new Right(
                            purpose, create, "CREATE on that topic, which does not exist yet, READ and WRITE", true);
        }
        Answer both = answer(granted, AclOperation.READ, AclOperation.WRITE);
        return new Right(purpose, both, "READ and WRITE on the topic " + name, true);
    }

    private List<Right> topic(String name) {
        try {
            Set<AclOperation> granted = topicOperations(name);
            return List.of(
                    right("read", name, granted, AclOperation.READ),
                    right("write", name, granted, AclOperation.WRITE),
                    right("reset or delete", name, granted, AclOperation.DELETE),
                    right("know the longest line of", name, granted, AclOperation.DESCRIBE_CONFIGS));
        } catch (PipeFailure e) {
            return List.of(new Right("see topic " + name, Answer.NO, "DESCRIBE on it, if it exists", true));
        }
    }

    private static Right right(String what, String topic, @Nullable Set<AclOperation> granted, AclOperation needed) {
        return new Right(what + " topic " + topic, answer(granted, needed), needed + " on the topic " + topic, false);
    }

    private Right group(String name, String purpose) {
        return new Right(purpose, groupAnswer(name), "READ and DESCRIBE on the group " + name, false);
    }

    /** Until something was committed there is no such group, and a cluster does not tell what one may do with it. */
    private Answer groupAnswer(String name) {
        try {
            Map<String, KafkaFuture<ConsumerGroupDescription>> asked = admin.describeConsumerGroups(
                            List.of(name), new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                    .describedGroups();
            Set<AclOperation> granted =
                    await(Objects.requireNonNull(asked.get(name))).authorizedOperations();
            return answer(granted, AclOperation.READ, AclOperation.DESCRIBE);
        } catch (PipeFailure e) {
            return e.reason() == Reason.UNAUTHORIZED ? Answer.NO : Answer.UNKNOWN;
        }
    }

    private @Nullable Set<AclOperation> topicOperations(String name) {
        Map<String, KafkaFuture<TopicDescription>> asked = admin.describeTopics(
                        List.of(name), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues();
        return await(Objects.requireNonNull(asked.get(name))).authorizedOperations();
    }

    private static Answer answer(@Nullable Set<AclOperation> granted, AclOperation... needed) {
        if (granted == null || granted.isEmpty()) {
            return Answer.UNKNOWN;
        }
        Set<AclOperation> all = EnumSet.copyOf(granted);
        return all.contains(AclOperation.ALL) || all.containsAll(List.of(needed)) ? Answer.YES : Answer.NO;
    }

    private String version() {
        try {
            var level = await(admin.describeFeatures().featureMetadata())
                    .finalizedFeatures()
                    .get("metadata.version");
            return level == null ? "metadata version unknown" : "metadata version level " + level.maxVersionLevel();
        } catch (PipeFailure e) {
            return "metadata version unknown";
        }
    }

    private static <V> V await(KafkaFuture<V> asked) {
        return await(Answers.of(asked));
    }

    private static <V> V await(CompletableFuture<V> asked) {
        try {
            return asked.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (RuntimeException e) {
            throw Failures.of("ask the cluster about itself", e);
        }
    }
}
