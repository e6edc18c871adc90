package org.dnpipes.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeId;

/** Asks the leaders of pipes where they begin and end. Every answer is younger than the call that gets it. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
final class Extents {
    /** After so long, the topic may be missing: its brokers are then asked for offsets again and again. */
    private static final int SUSPICIOUS_MS = 300;

    private final Admin admin;
    private final KafkaSettings settings;
    private final Topics topics;
    private final ScheduledExecutorService timer;
    private final LeaderEpochs epochs;
    private final Coalescer<PipeId, Answer> extents;
    private final Coalescer<PipeId, Instant> newest;

    /**
     * What a leader says of a pipe.
     *
     * @param isNewest whether there is no newer leader, as far as is known
     */
    record Answer(Extent extent, boolean isNewest) {
        /**
         * Whether there is nothing to be read at {@code position}, now or later. Who led before cannot tell of the end.
         */
        boolean excludes(long position) {
            return position < extent.first() || (position > extent.end() && isNewest);
        }
    }

    Extents(Admin admin, KafkaSettings settings, Topics topics, LeaderEpochs epochs, ScheduledExecutorService timer) {
        this.admin = admin;
        this.settings = settings;
        this.topics = topics;
        this.epochs = epochs;
        this.timer = timer;
        this.extents = new Coalescer<>(this::requestExtents, timer);
        this.newest = new Coalescer<>(this::requestNewest, timer);
    }

    CompletableFuture<Extent> extent(PipeId pipe) {
        return answer(pipe).thenApply(Answer::extent);
    }

    CompletableFuture<Answer> answer(PipeId pipe) {
        return required(pipe, extents.ask(pipe));
    }

    CompletableFuture<Instant> newest(PipeId pipe) {
        return required(pipe, newest.ask(pipe));
    }

    CompletableFuture<Long> firstSince(PipeId pipe, Instant time) {
        ListOffsetsResult asked = listOffsets(
                List.of(pipe), OffsetSpec.forTimestamp(time.toEpochMilli()), IsolationLevel.READ_UNCOMMITTED);
        return required(pipe, offset(asked, pipe).thenCombine(extent(pipe), (found, extent) -> {
            // Kafka says -1 where there is none, and may still find a message that was removed.
            return found < 0 ? extent.end() : Math.max(found, extent.first());
        }));
    }

    /** Kafka answers by name: the answer counts only if it is about the same topic. */
    private <V> CompletableFuture<V> required(PipeId pipe, CompletableFuture<V> answer) {
        CompletableFuture<V> result = new CompletableFuture<>();
        CompletableFuture<Void> same = topics.require(pipe);
        same.whenComplete((yes, failure) -> failed(result, pipe, failure));
        answer.whenComplete((value, failure) -> failed(result, pipe, failure));
        answer.thenAcceptBoth(same, (value, yes) -> result.complete(value));
        if (!result.isDone()) {
            ScheduledFuture<?> suspicion =
                    timer.schedule(() -> suspect(pipe, result), SUSPICIOUS_MS, TimeUnit.MILLISECONDS);
            result.whenComplete((value, failure) -> suspicion.cancel(false));
        }
        return result;
    }

    private void suspect(PipeId pipe, CompletableFuture<?> result) {
        topics.requireNow(pipe).whenComplete((yes, failure) -> failed(result, pipe, failure));
    }

    private static void failed(CompletableFuture<?> result, PipeId pipe, Throwable failure) {
        if (failure == null) {
            return;
        }
        result.completeExceptionally(
                Failures.isMissing(failure) ? Topics.gone(pipe) : Failures.of("look at pipe " + pipe, failure));
    }

    private Map<PipeId, CompletableFuture<Answer>> requestExtents(Collection<PipeId> pipes) {
        ListOffsetsResult first = listOffsets(pipes, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
        ListOffsetsResult end = listOffsets(pipes, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
        ListOffsetsResult stable =
                settings.readCommitted() ? listOffsets(pipes, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED) : end;
        Map<PipeId, CompletableFuture<Answer>> answers = new HashMap<>();
        for (PipeId pipe : pipes) {
            CompletableFuture<Long> firstOffset = offset(first, pipe);
            CompletableFuture<Long> stableOffset = offset(stable, pipe);
            CompletableFuture<ListOffsetsResultInfo> last = info(end, pipe);
            answers.put(
                    pipe,
                    CompletableFuture.allOf(firstOffset, stableOffset, last)
                            .thenApply(done -> answer(pipe, firstOffset.join(), stableOffset.join(), last.join())));
        }
        return answers;
    }

    private Answer answer(PipeId pipe, long first, long stable, ListOffsetsResultInfo end) {
        // Who does not tell its epoch is believed.
        boolean isNewest =
                end.leaderEpoch().map(epoch -> epochs.seen(pipe, epoch)).orElse(true);
        return new Answer(extent(first, stable, end.offset()), isNewest);
    }

    /** Three answers of slightly different moments: all may only have grown, so each is at least the one before. */
    private static Extent extent(long first, long stable, long end) {
        long atLeastFirst = Math.max(first, stable);
        return new Extent(first, atLeastFirst, Math.max(atLeastFirst, end));
    }

    private Map<PipeId, CompletableFuture<Instant>> requestNewest(Collection<PipeId> pipes) {
        ListOffsetsResult first = listOffsets(pipes, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
        ListOffsetsResult newestOnes = listOffsets(pipes, OffsetSpec.maxTimestamp(), IsolationLevel.READ_UNCOMMITTED);
        Map<PipeId, CompletableFuture<Instant>> answers = new HashMap<>();
        for (PipeId pipe : pipes) {
            answers.put(pipe, info(newestOnes, pipe).thenCombine(offset(first, pipe), Extents::instant));
        }
        return answers;
    }

    /** A removed message may still be found by its timestamp, as long as its file is there. */
    private static Instant instant(ListOffsetsResultInfo newest, long first) {
        boolean retained = newest.offset() >= first && newest.timestamp() >= 0;
        return retained ? Instant.ofEpochMilli(newest.timestamp()) : Instant.EPOCH;
    }

    private ListOffsetsResult listOffsets(Collection<PipeId> pipes, OffsetSpec spec, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        pipes.forEach(pipe -> asked.put(partition(pipe), spec));
        Duration timeout = settings.timeout();
        return admin.listOffsets(asked, new ListOffsetsOptions(isolation).timeoutMs((int) timeout.toMillis()));
    }

    private static CompletableFuture<ListOffsetsResultInfo> info(ListOffsetsResult result, PipeId pipe) {
        return Answers.of(result.partitionResult(partition(pipe)));
    }

    private static CompletableFuture<Long> offset(ListOffsetsResult result, PipeId pipe) {
        return info(result, pipe).thenApply(ListOffsetsResultInfo::offset);
    }

    static TopicPartition partition(PipeId pipe) {
        return new TopicPartition(pipe.topic(), pipe.number());
    }
}
