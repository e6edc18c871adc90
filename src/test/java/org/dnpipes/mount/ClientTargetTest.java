package org.dnpipes.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientTargetTest {
    @Test
    void aTopicAndTheNumberOfAPipe() {
        assertEquals(new ClientTarget("a.b_c-1", -1), ClientTarget.parse("a.b_c-1"));
        assertEquals(new ClientTarget("t", 12), ClientTarget.parse("t/12"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/0", "a b", "t/", "t/-1", "t/x", "t/1/2", "t/99999999999", "..", "t@follow"})
    void anythingElseIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> ClientTarget.parse(text));
    }
}
