package org.dnpipes.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.IndexSnapshot;
import org.dnpipes.pipe.IndexStore;
import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class KafkaIndexesTest {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private static final IndexSnapshot KNOWN =
            new IndexSnapshot(List.of(new Mark(0, 7), new Mark(100, 9)), new Mark(250, 20), 123, 18, 4);
    private static int topics;

    private KafkaCluster cluster;
    private IndexStore indexes;
    private String topic;
    private PipeId pipe;

    @BeforeEach
    void connect() {
        cluster = KafkaCluster.connect(BROKER.engine().settings());
        indexes = cluster.indexes(IndexStore.NONE, true);
        topic = "indexes" + topics++;
        pipe = BROKER.engine().createTopic(topic, 2).pipe(1);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static <T> T answer(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void otherHostsHaveWhatWasKept() {
        assertEquals(List.of(), answer(indexes.load(pipe)));
        answer(indexes.save(pipe, KNOWN));
        try (KafkaCluster elsewhere = KafkaCluster.connect(BROKER.engine().settings())) {
            assertEquals(
                    List.of(KNOWN),
                    answer(elsewhere.indexes(IndexStore.NONE, true).load(pipe)));
            assertEquals(
                    List.of(), answer(elsewhere.indexes(IndexStore.NONE, false).load(pipe)));
        }
    }

    @Test
    void largeOneFitsInACommit() {
        List<Mark> marks = new java.util.ArrayList<>();
        for (int i = 0; i < 8000; i++) {
            marks.add(new Mark(1_000_000L * i, 10_000L * i));
        }
        IndexSnapshot large = new IndexSnapshot(marks, new Mark(1L << 33, 1L << 32), 1, (1L << 32) - 1, 0);
        answer(indexes.save(pipe, large));
        IndexSnapshot found = answer(indexes.load(pipe)).get(0);
        assertEquals(large.end(), found.end());
    }

    @Test
    void whatGoesFurtherIsNotReplaced() {
        answer(indexes.save(pipe, KNOWN));
        answer(indexes.save(pipe, new IndexSnapshot(KNOWN.marks(), new Mark(150, 12), 123, 11, 4)));
        assertEquals(List.of(KNOWN), answer(indexes.load(pipe)));
    }

    @Test
    void topicOfTheSameNameIsAnother() {
        answer(indexes.save(pipe, KNOWN));
        BROKER.engine().deleteTopic(topic);
        PipeId again = BROKER.engine().createTopic(topic, 2).pipe(1);
        assertEquals(List.of(), answer(indexes.load(again)));
        answer(indexes.save(again, KNOWN.withEpoch(0)));
        assertEquals(List.of(KNOWN.withEpoch(0)), answer(indexes.load(again)));
    }

    /** There, messages vanish from the middle. */
    @Test
    void nothingIsKeptOrBelievedOfATopicThatIsCompacted() throws Exception {
        answer(indexes.save(pipe, KNOWN));
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        for (String policy : List.of("compact", "compact,delete")) {
            AlterConfigOp set = new AlterConfigOp(new ConfigEntry("cleanup.policy", policy), AlterConfigOp.OpType.SET);
            BROKER.engine()
                    .admin()
                    .incrementalAlterConfigs(Map.of(resource, List.of(set)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
            assertEquals(List.of(), answer(indexes.load(pipe)), policy);
        }
        PipeId other = BROKER.engine().createTopic(topic + "-compacted", 1).pipe(0);
        ConfigResource compacted = new ConfigResource(ConfigResource.Type.TOPIC, topic + "-compacted");
        AlterConfigOp compact =
                new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET);
        BROKER.engine()
                .admin()
                .incrementalAlterConfigs(Map.of(compacted, List.of(compact)))
                .all()
                .get(20, TimeUnit.SECONDS);
        answer(indexes.save(other, KNOWN));
        AlterConfigOp delete = new AlterConfigOp(new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET);
        BROKER.engine()
                .admin()
                .incrementalAlterConfigs(Map.of(compacted, List.of(delete)))
                .all()
                .get(20, TimeUnit.SECONDS);
        assertEquals(List.of(), answer(indexes.load(other)));
    }
}
