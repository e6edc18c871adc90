package org.dnpipes.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientResetTest {
    private final FakeCluster cluster = new FakeCluster();
    private final ClientReset reset = new ClientReset(cluster.catalog(), cluster.source());

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void whatWasThereIsGoneAndWhatComesStays() {
        PipeId pipe = cluster.createPipe("p");
        cluster.append(pipe, "a", "b");
        reset.reset(ClientTarget.parse("p"));
        cluster.append(pipe, "c");
        assertEquals(List.of("c"), cluster.lines(pipe));
    }

    @Test
    void oneOfSeveralPipesIsResetAlone() {
        Topic topic = cluster.createTopic("wide", 2);
        cluster.append(topic.pipe(0), "a");
        cluster.append(topic.pipe(1), "b");
        reset.reset(ClientTarget.parse("wide/1"));
        assertEquals(List.of("a"), cluster.lines(topic.pipe(0)));
        assertEquals(List.of(), cluster.lines(topic.pipe(1)));
        assertThrows(ClusterFailure.class, () -> reset.reset(ClientTarget.parse("wide")));
    }

    @Test
    void allPipesCanBeResetTogether() {
        Topic topic = cluster.createTopic("wide", 2);
        cluster.append(topic.pipe(0), "a");
        cluster.append(topic.pipe(1), "b");
        reset.resetAll("wide");
        assertEquals(List.of(), cluster.lines(topic.pipe(0)));
        assertEquals(List.of(), cluster.lines(topic.pipe(1)));
    }

    @Test
    void aTopicThatRefusesIsAsBefore() {
        PipeId pipe = cluster.createPipe("p");
        cluster.append(pipe, "a");
        cluster.refuseRemoval("p");
        assertThrows(ClusterFailure.class, () -> reset.reset(ClientTarget.parse("p")));
        assertEquals(List.of("a"), cluster.lines(pipe));
    }

    @Test
    void aMissingTopicIsNotMade() throws Exception {
        assertThrows(ClusterFailure.class, () -> reset.reset(ClientTarget.parse("p")));
        assertEquals(List.of(), cluster.catalog().list().get());
    }
}
