package org.dnpipes.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsAddressTest {
    @Test
    void aPortAloneIsOfThisHostAlone() {
        for (String text : List.of("9400", ":9400")) {
            assertTrue(MetricsAddress.parse(text).getAddress().isLoopbackAddress(), text);
            assertEquals(9400, MetricsAddress.parse(text).getPort());
        }
    }

    @Test
    void aHostIsTakenAsItIs() {
        assertEquals("0.0.0.0", MetricsAddress.parse("0.0.0.0:1").getAddress().getHostAddress());
        assertEquals(
                "0:0:0:0:0:0:0:1", MetricsAddress.parse("[::1]:1").getAddress().getHostAddress());
        assertTrue(MetricsAddress.parse("no-such-host.invalid:1").isUnresolved());
    }

    @Test
    void anythingElseIsWrongAndSaidSo() {
        for (String text : List.of("", "host", "host:", "host:x", "host:65536", "::1:9400", "a b:1", "host:-1")) {
            String message = assertThrows(IllegalArgumentException.class, () -> MetricsAddress.parse(text), text)
                    .getMessage();
            assertTrue(String.valueOf(message).contains("'" + text + "'"), message);
        }
    }
}
