package org.dnpipes.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.utils.ByteUtils;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long lines may be, per topic. Answers are remembered for some seconds. */
final class LineLimits {
    private static final Logger LOG = LoggerFactory.getLogger(LineLimits.class);

    /** What a broker takes unless it is told otherwise: 1 MiB and a batch header that Kafka once had. */
    private static final int DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

    /** The header of a batch in the current format. */
    private static final int BATCH_OVERHEAD = 61;
    /** In a record, beside its value: attributes, two deltas of 0, the key's length of -1, no headers. */
    private static final int RECORD_FIXED = 5;

    private static final long FRESH_MS = 5_000;
    private static final int MOST_REMEMBERED = 20_000;

    private final Admin admin;
    private final Coalescer<String, Integer> ask;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(int limit, long nanos) {}

    LineLimits(Admin admin, ScheduledExecutorService timer) {
        this.admin = admin;
        this.ask = new Coalescer<>(this::request, timer);
    }

    /** The longest line that the topic accepts, in a batch of its own that is not compressed. */
    CompletableFuture<Integer> longestLine(String topic) {
        return maxMessageBytes(topic).thenApply(LineLimits::longestLine);
    }

    /** The largest batch the topic accepts, as it was some seconds ago at most. */
    CompletableFuture<Integer> maxMessageBytes(String topic) {
        Known last = known.get(topic);
        if (last != null && Topics.ageMillis(last.nanos) < FRESH_MS) {
            return CompletableFuture.completedFuture(last.limit);
        }
        return ask.ask(topic).exceptionally(failure -> assumed(topic, failure)).thenApply(limit -> {
            remember(topic, limit);
            return limit;
        });
    }

    static int longestLine(int maxMessageBytes) {
        int line = Math.min(maxMessageBytes - BATCH_OVERHEAD - RECORD_FIXED, ClientSettings.LONGEST_LINE);
        while (line > 0 && batchSize(line) > maxMessageBytes) {
            line--;
        }
        return Math.max(0, line);
    }

    /** The bytes of a batch of one line. */
    static int batchSize(int line) {
        int record = RECORD_FIXED + ByteUtils.sizeOfVarint(line) + line;
        return BATCH_OVERHEAD + ByteUtils.sizeOfVarint(record) + record;
    }

    private void remember(String topic, int limit) {
        if (known.size() >= MOST_REMEMBERED) {
            known.clear();
        }
        known.put(topic, new Known(limit, System.nanoTime()));
    }

    private int assumed(String topic, Throwable thrown) {
        PipeFailure failure = Failures.of("read the line limit of topic " + topic, thrown);
        if (failure.reason() != Reason.UNAUTHORIZED) {
            throw failure;
        }
        LOG.debug("{}; assuming Kafka's default", failure.getMessage());
        return DEFAULT_MAX_MESSAGE_BYTES;
    }

    private Map<String, CompletableFuture<Integer>> request(Collection<String> topics) {
        List<ConfigResource> asked = new ArrayList<>();
        topics.forEach(topic -> asked.add(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
        Map<ConfigResource, KafkaFuture<Config>> sent =
                admin.describeConfigs(asked).values();
        Map<String, CompletableFuture<Integer>> answers = new HashMap<>();
        sent.forEach((resource, answer) ->
                answers.put(resource.name(), Answers.of(answer).thenApply(LineLimits::maxMessageBytes)));
        return answers;
    }

    private static int maxMessageBytes(Config config) {
        String value = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value();
        return Integer.parseInt(value);
    }
}
