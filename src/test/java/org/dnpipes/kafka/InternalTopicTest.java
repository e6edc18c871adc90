package org.dnpipes.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dnpipes.pipe.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class InternalTopicTest {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    @Test
    void isMadeOnceWithTheBrokersTime() {
        try (KafkaCluster one = KafkaCluster.connect(BROKER.engine().settings());
                KafkaCluster other = KafkaCluster.connect(BROKER.engine().settings())) {
            CompletableFuture<Topic> first = one.internalTopic("__dnpipes-test", 3);
            CompletableFuture<Topic> second = other.internalTopic("__dnpipes-test", 5);
            assertEquals(answer(first), answer(second));
            assertTrue(answer(one.hasBrokersTime("__dnpipes-test")));
        }
    }

    @Test
    void topicOfSomebodyElseMayHaveItsWritersTime() {
        try (KafkaCluster cluster = KafkaCluster.connect(BROKER.engine().settings())) {
            BROKER.engine().createTopic("plain", 1);
            assertFalse(answer(cluster.hasBrokersTime("plain")));
        }
    }

    private static <T> T answer(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }
}
