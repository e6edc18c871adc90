package org.dnpipes.kafka;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.dnpipes.pipe.PipeId;

/** Notes about pipes for other mounts: the committed offsets of a group that nobody is a member of. */
final class GroupNotes {
    private final Admin admin;
    private final String group;

    GroupNotes(Admin admin, String group) {
        this.admin = admin;
        this.group = group;
    }

    /** What was noted of the pipe, or of another topic of the same name. */
    CompletableFuture<Optional<OffsetAndMetadata>> of(PipeId pipe) {
        TopicPartition partition = Extents.partition(pipe);
        ListConsumerGroupOffsetsSpec one = new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(partition));
        return Answers.of(admin.listConsumerGroupOffsets(Map.of(group, one)).partitionsToOffsetAndMetadata(group))
                // Kafka has no entry, or one that is null, where nothing was committed.
                .thenApply(all -> Optional.ofNullable(all.get(partition)));
    }

    /** Notes that, instead of what was there. */
    CompletableFuture<Void> put(PipeId pipe, OffsetAndMetadata note) {
        return Answers.of(admin.alterConsumerGroupOffsets(group, Map.of(Extents.partition(pipe), note))
                .all());
    }
}
