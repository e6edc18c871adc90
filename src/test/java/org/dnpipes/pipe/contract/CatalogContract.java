package org.dnpipes.pipe.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.dnpipes.pipe.TopicName;
import org.dnpipes.pipe.contract.Engine.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The promises of {@link org.dnpipes.pipe.Catalog}. */
public abstract class CatalogContract extends PortContract {

    // list

    @Test
    void listHasEveryTopic() throws Exception {
        Topic one = engine().createTopic(name(), 1);
        Topic many = engine().createTopic(name(), 3);
        eventually(() -> here.catalog().list(), topics -> topics.containsAll(List.of(one, many)));
    }

    @Test
    void listLeavesOutInternalTopics() throws Exception {
        Topic internal = engine().createTopic("__" + name(), 1);
        Topic visible = engine().createTopic(name(), 1);
        List<Topic> topics = eventually(() -> here.catalog().list(), listed -> listed.contains(visible));
        assertFalse(topics.stream().map(Topic::name).anyMatch(internal.name()::equals));
    }

    // find

    @Test
    void findTellsTheNumberOfPipes() throws Exception {
        Topic made = engine().createTopic(name(), 3);
        assertEquals(made, answer(here.catalog().find(made.name())));
    }

    @Test
    void findLooksAgainForAMomentBeforeItMisses() {
        long began = System.nanoTime();
        assertFails(Reason.MISSING, here.catalog().find(name()));
        assertTrue(System.nanoTime() - began >= Duration.ofMillis(50).toNanos());
    }

    @Test
    void missIsNeverRemembered() throws Exception {
        String name = name();
        assertFails(Reason.MISSING, here.catalog().find(name));
        Topic made = answer(elsewhere.catalog().create(name, true));
        assertEquals(made, answer(here.catalog().find(name)));
    }

    @Test
    void findNeverCreates() throws Exception {
        String name = name();
        assertFails(Reason.MISSING, here.catalog().find(name));
        assertFails(Reason.MISSING, elsewhere.catalog().find(name));
        assertFalse(answer(elsewhere.catalog().list()).stream().map(Topic::name).anyMatch(name::equals));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "a/b", "a@b", "ä", "a\nb", "a\0b"})
    void illegalNameIsMissing(String name) {
        assertFails(Reason.MISSING, here.catalog().find(name));
    }

    @Test
    void tooLongNameIsMissing() {
        assertFails(Reason.MISSING, here.catalog().find("x".repeat(TopicName.MAX_LENGTH + 1)));
    }

    // create

    @Test
    void createMakesATopicOfOnePipe() throws Exception {
        Topic made = answer(here.catalog().create(name(), false));
        assertEquals(1, made.pipes());
        assertEquals(made, answer(elsewhere.catalog().find(made.name())));
    }

    @Test
    void createdTopicCanBeWrittenAtOnce() throws Exception {
        for (int round = 0; round < 10; round++) {
            PipeId pipe = answer(here.catalog().create(name(), true)).pipe(0);
            assertEquals(1, push(pipe, "first"));
            assertEquals("first\n", content(pipe));
        }
    }

    @Test
    void existingTopicIsAsGoodAsANewOne() throws Exception {
        Topic there = engine().createTopic(name(), 3);
        assertEquals(there, answer(here.catalog().create(there.name(), false)));
    }

    @Test
    void exclusiveCreateFailsIfThereIsOne() {
        Topic there = engine().createTopic(name(), 1);
        assertFails(Reason.EXISTS, here.catalog().create(there.name(), true));
    }

    @Test
    void oneExclusiveCreatorWins() throws Exception {
        for (int round = 0; round < 5; round++) {
            int winners = 0;
            for (CompletableFuture<Topic> create : createEverywhere(name(), true)) {
                try {
                    answer(create);
                    winners++;
                } catch (ExecutionException e) {
                    assertEquals(Reason.EXISTS, PipeFailure.of(e).reason(), e::toString);
                }
            }
            assertEquals(1, winners);
        }
    }

    @Test
    void creatorsThatDoNotInsistGetTheSameTopic() throws Exception {
        for (int round = 0; round < 5; round++) {
            List<CompletableFuture<Topic>> creates = createEverywhere(name(), false);
            Topic first = answer(creates.get(0));
            for (CompletableFuture<Topic> create : creates) {
                assertEquals(first, answer(create));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "a/b", "a@b", "ä", "a\nb", "a\0b"})
    void illegalNameCannotBeCreated(String name) {
        assertFails(Reason.ILLEGAL_NAME, here.catalog().create(name, false));
        assertFails(Reason.ILLEGAL_NAME, here.catalog().create(name, true));
    }

    @Test
    void longestNameCanBeCreated() throws Exception {
        String name = name();
        String longest = name + "x".repeat(TopicName.MAX_LENGTH - name.length());
        assertEquals(longest, answer(here.catalog().create(longest, true)).name());
        assertFails(Reason.NAME_TOO_LONG, here.catalog().create(longest + "x", true));
    }

    @Test
    void nameTheEngineCannotTellFromAnotherExists() throws Exception {
        String name = name();
        answer(here.catalog().create(name + ".a", true));
        assertFails(Reason.EXISTS, here.catalog().create(name + "_a", true));
        assertFails(Reason.EXISTS, here.catalog().create(name + "_a", false));
    }

    // delete

    @Test
    void deletedTopicIsMissingForEverybody() throws Exception {
        Topic topic = engine().createTopic(name(), 1);
        answer(here.catalog().delete(topic));
        eventuallyFails(Reason.MISSING, () -> here.catalog().find(topic.name()));
        eventuallyFails(Reason.MISSING, () -> elsewhere.catalog().find(topic.name()));
        eventually(() -> here.catalog().list(), topics -> !topics.contains(topic));
    }

    @Test
    void deletingAGoneTopicSucceeds() throws Exception {
        Topic topic = engine().createTopic(name(), 1);
        engine().deleteTopic(topic.name());
        answer(here.catalog().delete(topic));
        answer(here.catalog().delete(topic));
    }

    @Test
    void deletingAnEarlierIncarnationLeavesTheLaterOne() throws Exception {
        Topic earlier = engine().createTopic(name(), 1);
        Topic later = recreate(earlier);
        answer(here.catalog().delete(earlier));
        assertEquals(Set.of(), answer(elsewhere.catalog().gone(List.of(later))));
        assertEquals(1, push(later.pipe(0), "still here"));
    }

    @Test
    void deletedNameCanBeCreatedAnew() throws Exception {
        Topic earlier = answer(here.catalog().create(name(), true));
        answer(here.catalog().delete(earlier));
        eventuallyFails(Reason.MISSING, () -> here.catalog().find(earlier.name()));
        Topic later = answer(here.catalog().create(earlier.name(), true));
        assertNotEquals(earlier.id(), later.id());
    }

    // facts

    @Test
    void factsTellHowATopicIsKept() throws Exception {
        Topic topic = answer(here.catalog().create(name(), true));
        Map<String, String> facts = answer(here.catalog().facts(topic));
        assertEquals("1", facts.get("replication"));
        assertTrue(facts.getOrDefault("retention_ms", "none").matches("-?[0-9]+"), facts::toString);
    }

    // gone

    @Test
    void nothingIsGoneWhileAllIsThere() throws Exception {
        Topic one = engine().createTopic(name(), 1);
        Topic many = engine().createTopic(name(), 3);
        assertEquals(Set.of(), answer(here.catalog().gone(List.of(one, many))));
        assertEquals(Set.of(), answer(here.catalog().gone(List.of())));
    }

    @Test
    void deletedTopicIsGone() throws Exception {
        Topic there = engine().createTopic(name(), 1);
        Topic deleted = engine().createTopic(name(), 1);
        assertEquals(Set.of(), answer(here.catalog().gone(List.of(there, deleted))));
        engine().deleteTopic(deleted.name());
        eventually(() -> here.catalog().gone(List.of(there, deleted)), Set.of(deleted)::equals);
    }

    @Test
    void recreatedTopicIsGone() throws Exception {
        Topic earlier = engine().createTopic(name(), 1);
        Topic later = recreate(earlier);
        eventually(() -> here.catalog().gone(List.of(earlier, later)), Set.of(earlier)::equals);
    }

    @Test
    void topicWithMorePipesIsGone() throws Exception {
        Topic small = engine().createTopic(name(), 1);
        assertEquals(Set.of(), answer(here.catalog().gone(List.of(small))));
        engine().growTopic(small.name(), 2);
        eventually(() -> here.catalog().gone(List.of(small)), Set.of(small)::equals);
        Topic grown = eventually(() -> here.catalog().find(small.name()), found -> found.pipes() == 2);
        assertEquals(small.id(), grown.id());
    }

    // longestLine

    @Test
    void longestLineIsTheTopicsOwn() throws Exception {
        int usual = answer(here.catalog().longestLine(engine().createTopic(name(), 1)));
        int small = answer(here.catalog().longestLine(engine().createTopicOfShortLines(name())));
        assertTrue(usual > 100_000, () -> "usual " + usual);
        assertTrue(small > 0 && small < 10_000, () -> "small " + small);
    }

    @Test
    void questionsAboutADeletedTopicAreAnswered() {
        Topic topic = engine().createTopic(name(), 1);
        engine().deleteTopic(topic.name());
        assertTrue(failure(here.catalog().removeBefore(topic.pipe(0), 0)).reason() != Reason.TIMED_OUT);
        assertTrue(failure(here.source().extent(topic.pipe(0))).reason() != Reason.TIMED_OUT);
    }

    // removeBefore

    @Test
    void removalRemovesEveryMessageBelowTheEndAndNoOther() throws Exception {
        PipeId pipe = pipe();
        push(pipe, "a", "b", "c", "d");
        answer(here.catalog().removeBefore(pipe, 3));
        assertEquals(new Extent(3, 4, 4), answer(here.source().extent(pipe)));
        assertEquals(new Extent(3, 4, 4), answer(elsewhere.source().extent(pipe)));
        assertEquals("d\n", content(pipe));
    }

    @Test
    void removedMessagesStayRemovedForEveryLaterLook() throws Exception {
        PipeId pipe = pipe();
        for (int round = 0; round < 20; round++) {
            long end = push(pipe, "old " + round);
            long survivor = push(pipe, "new " + round);
            answer(here.catalog().removeBefore(pipe, end));
            assertEquals(end, answer(elsewhere.source().extent(pipe)).first());
            assertEquals("new " + round + "\n", read(elsewhere, pipe, end, survivor));
        }
    }

    @Test
    void removalOfEverythingLeavesAnEmptyPipeThatCountsOn() throws Exception {
        PipeId pipe = pipe();
        long end = push(pipe, "a", "b");
        answer(here.catalog().removeBefore(pipe, end));
        assertTrue(answer(elsewhere.source().extent(pipe)).isEmpty());
        assertEquals(end + 1, push(pipe, "c"));
        assertEquals("c\n", content(pipe));
    }

    @Test
    void removalOfNothingChangesNothing() throws Exception {
        PipeId pipe = pipe();
        push(pipe, "a", "b");
        answer(here.catalog().removeBefore(pipe, 0));
        assertEquals("a\nb\n", content(pipe));
        answer(here.catalog().removeBefore(pipe, 1));
        answer(here.catalog().removeBefore(pipe, 0));
        assertEquals(new Extent(1, 2, 2), answer(elsewhere.source().extent(pipe)));
        assertEquals("b\n", content(pipe));
    }

    @Test
    void removalTouchesOnePipeOfATopic() throws Exception {
        Topic topic = engine().createTopic(name(), 2);
        push(topic.pipe(0), "a");
        push(topic.pipe(1), "b");
        answer(here.catalog().removeBefore(topic.pipe(0), 1));
        assertEquals("", content(topic.pipe(0)));
        assertEquals("b\n", content(topic.pipe(1)));
    }

    @Test
    void removalIsToldToOthersAndIsNotTakenForThatOfAnotherPipe() throws Exception {
        Topic topic = engine().createTopic(name(), 2);
        push(topic.pipe(0), "a", "b");
        push(topic.pipe(1), "a", "b");
        assertEquals(0, answer(elsewhere.catalog().lastReset(topic.pipe(0))));
        answer(here.catalog().removeBefore(topic.pipe(0), 1));
        assertEquals(1, answer(elsewhere.catalog().lastReset(topic.pipe(0))));
        assertEquals(0, answer(elsewhere.catalog().lastReset(topic.pipe(1))));
        answer(elsewhere.catalog().removeBefore(topic.pipe(0), 2));
        assertEquals(2, answer(here.catalog().lastReset(topic.pipe(0))));
    }

    @Test
    void removalIsRefusedWhereTheTopicForbidsIt() {
        PipeId pipe = engine().createTopicThatRefusesRemoval(name()).pipe(0);
        assertFails(Reason.REFUSED, here.catalog().removeBefore(pipe, 0));
    }

    private Topic recreate(Topic earlier) {
        engine().deleteTopic(earlier.name());
        return engine().createTopic(earlier.name(), earlier.pipes());
    }

    private List<CompletableFuture<Topic>> createEverywhere(String name, boolean exclusive) {
        List<CompletableFuture<Topic>> creates = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            for (Connection connection : List.of(here, elsewhere)) {
                creates.add(connection.catalog().create(name, exclusive));
            }
        }
        return creates;
    }
}
