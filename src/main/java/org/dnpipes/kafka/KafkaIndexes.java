package org.dnpipes.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.config.TopicConfig;
import org.dnpipes.pipe.IndexSnapshot;
import org.dnpipes.pipe.IndexStore;
import org.dnpipes.pipe.PipeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is known of pipes on this host and with the cluster, where it goes with the topic: as the committed offset
 * of a group that nobody is a member of, with the index in its metadata. Keeps nothing of topics that are compacted:
 * there messages vanish without a sign. A topic that was compacted for a time, and is not any more, cannot be told from
 * others; who does that should delete the group.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class KafkaIndexes implements IndexStore {
    static final String GROUP = "dnpipes.index";

    private static final Logger LOG = LoggerFactory.getLogger(KafkaIndexes.class);

    /** Brokers take 4096 bytes of metadata unless they are told otherwise. */
    private static final int LONGEST = 4000;

    private final Admin admin;
    private final GroupNotes notes;
    private final IndexStore here;
    private final boolean shared;

    /**
     * @param here keeps what is known on this host
     * @param shared whether other hosts are to have it, too
     */
    KafkaIndexes(Admin admin, IndexStore here, boolean shared) {
        this.admin = admin;
        this.notes = new GroupNotes(admin, GROUP);
        this.here = here;
        this.shared = shared;
    }

    @Override
    public CompletableFuture<List<IndexSnapshot>> load(PipeId pipe) {
        // Somebody waits: all is asked for at once.
        CompletableFuture<List<IndexSnapshot>> own = orNothing(here.load(pipe));
        CompletableFuture<List<IndexSnapshot>> others = orNothing(ofGroup(pipe));
        return isCompacted(pipe)
                .thenCombine(
                        own.thenCombine(others, KafkaIndexes::joined), (compacted, all) -> compacted ? List.of() : all);
    }

    private static List<IndexSnapshot> joined(List<IndexSnapshot> own, List<IndexSnapshot> others) {
        List<IndexSnapshot> all = new ArrayList<>(own);
        all.addAll(others);
        return all;
    }

    private static CompletableFuture<List<IndexSnapshot>> orNothing(CompletableFuture<List<IndexSnapshot>> found) {
        return found.exceptionally(failure -> {
            LOG.debug("what is known of a pipe cannot be had", failure);
            return List.of();
        });
    }

    private CompletableFuture<List<IndexSnapshot>> ofGroup(PipeId pipe) {
        return shared
                ? committed(pipe).thenApply(found -> found.stream().toList())
                : CompletableFuture.completedFuture(List.of());
    }

    private CompletableFuture<Optional<IndexSnapshot>> committed(PipeId pipe) {
        return notes.of(pipe).thenApply(found -> found.flatMap(note -> IndexSnapshot.parse(pipe, note.metadata())));
    }

    @Override
    public CompletableFuture<Void> save(PipeId pipe, IndexSnapshot snapshot) {
        return isCompacted(pipe).thenCompose(compacted -> {
            if (compacted) {
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<Void> others = shared ? commit(pipe, snapshot) : CompletableFuture.completedFuture(null);
            return CompletableFuture.allOf(here.save(pipe, snapshot), others);
        });
    }

    /** What goes further is not replaced, as a rule; if two commit at the same time, one of them is lost. */
    private CompletableFuture<Void> commit(PipeId pipe, IndexSnapshot snapshot) {
        return committed(pipe).thenCompose(before -> {
            if (before.isPresent()
                    && before.get().end().sequence() >= snapshot.end().sequence()) {
                return CompletableFuture.completedFuture(null);
            }
            OffsetAndMetadata commit = new OffsetAndMetadata(
                    snapshot.end().sequence(), Optional.of(snapshot.epoch()), snapshot.format(pipe, LONGEST));
            return notes.put(pipe, commit);
        });
    }

    /** True also if this user may not know. */
    private CompletableFuture<Boolean> isCompacted(PipeId pipe) {
        return TopicSettings.ask(admin, pipe.topic())
                .thenApply(settings -> settings.value(TopicConfig.CLEANUP_POLICY_CONFIG)
                        .map(policy -> policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT))
                        .orElse(true))
                .exceptionally(failure -> {
                    LOG.debug("whether topic {} is compacted is not known", pipe.topic(), failure);
                    return true;
                });
    }
}
