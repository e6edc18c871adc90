package org.dnpipes.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "Z", "0", "-", "_", "...", ".a", "a.", "logs.app-1_B", "__x"})
    void legal(String name) {
        assertTrue(TopicName.isLegal(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "a/b", "a@follow", "a:b", "ä", "é", "a\n", "\0", "a\u0660", "ａ"})
    void illegal(String name) {
        assertFalse(TopicName.isLegal(name));
    }

    @Test
    void legalCharactersAreThoseAndNoOthers() {
        String legal = IntStream.rangeClosed(Character.MIN_VALUE, Character.MAX_VALUE)
                .filter(c -> TopicName.isLegal("x" + (char) c))
                .mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining());
        assertEquals("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz", legal);
    }

    @Test
    void lengthIsBounded() {
        assertTrue(TopicName.isLegal("x".repeat(TopicName.MAX_LENGTH)));
        assertFalse(TopicName.isLegal("x".repeat(TopicName.MAX_LENGTH + 1)));
        assertEquals(249, TopicName.MAX_LENGTH);
    }

    @Test
    void internalNamesStartWithTwoUnderscores() {
        assertTrue(TopicName.isInternal("__consumer_offsets"));
        assertTrue(TopicName.isInternal("__"));
        assertFalse(TopicName.isInternal("_x"));
        assertFalse(TopicName.isInternal("x__"));
        assertFalse(TopicName.isInternal(""));
    }
}
