package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.dnpipes.fs.View.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePathTest {
    private static final OptionalInt NONE = OptionalInt.empty();

    private static Optional<FilePath> path(String topic, OptionalInt number, View view) {
        return Optional.of(new FilePath(Optional.of(topic), number, view));
    }

    @Test
    void rootHasNoTopic() {
        assertEquals(Optional.of(new FilePath(Optional.empty(), NONE, View.PLAIN)), FilePath.parse("/"));
    }

    @Test
    void nameIsATopic() {
        assertEquals(path("a.b-c_D9", NONE, View.PLAIN), FilePath.parse("/a.b-c_D9"));
    }

    @Test
    void numberBelowATopicIsAPipe() {
        assertEquals(path("t", OptionalInt.of(0), View.PLAIN), FilePath.parse("/t/0"));
        assertEquals(path("t", OptionalInt.of(123456789), View.PLAIN), FilePath.parse("/t/123456789"));
    }

    @Test
    void viewFollowsTheAtSign() {
        assertEquals(path("t", NONE, new View(Set.of(Rule.FOLLOW))), FilePath.parse("/t@follow"));
        assertEquals(path("t", OptionalInt.of(3), new View(Set.of(Rule.SNAPSHOT))), FilePath.parse("/t/3@snapshot"));
    }

    @Test
    void viewsJoinWithCommasInAnyOrder() {
        View both = new View(Set.of(Rule.NEW, Rule.FOLLOW));
        assertEquals(path("t", NONE, both), FilePath.parse("/t@new,follow"));
        assertEquals(path("t", NONE, both), FilePath.parse("/t@follow,new"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/t@",
                "/t@,",
                "/t@new,",
                "/t@unknown",
                "/t@NEW",
                "/t@new,new",
                "/t@follow,snapshot",
                "/t@ new",
                "/t@new@follow",
                "/@new"
            })
    void otherViewsAreNoNames(String path) {
        assertEquals(Optional.empty(), FilePath.parse(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/.",
                "/a b",
                "/ä",
                "/a\n",
                "/__dnpipes",
                "/__consumer_offsets",
                "/t/",
                "/t/a",
                "/t/00",
                "/t/01",
                "/t/-1",
                "/t/+1",
                "/t/1234567890",
                "/t/0/0",
                "/t/\u0661",
                "/__t/0"
            })
    void otherNamesCanNeverExist(String path) {
        assertEquals(Optional.empty(), FilePath.parse(path));
    }

    @Test
    void nameHasAtMost249Bytes() {
        assertEquals(path("x".repeat(249), NONE, View.PLAIN), FilePath.parse("/" + "x".repeat(249)));
        assertEquals(Optional.empty(), FilePath.parse("/" + "x".repeat(250)));
    }
}
