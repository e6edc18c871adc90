package org.dnpipes.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class StatusReportTest {
    private final StatusReport overTwoSeconds = new StatusReport(Statuses.at(10, 100), Statuses.at(12, 130));
    private final StatusReport oneLook = new StatusReport(Statuses.at(10, 100), Statuses.at(10, 100));

    @Test
    void howFastIsWhatWasDoneBetweenTwoLooks() {
        String text = StatusText.of(overTwoSeconds);
        assertTrue(text.contains("130 messages, 1300 bytes; now 15.0 messages/s, 150 bytes/s"), text);
        assertTrue(text.lines().anyMatch(line -> line.strip().matches("2 +1 +3 +7 +15.0 +15.0 +1  orders/0")), text);
    }

    @Test
    void oneLookTellsNothingOfThat() {
        assertFalse(StatusText.of(oneLook).contains("/s,"), () -> StatusText.of(oneLook));
        assertFalse(oneLook.hasRates());
    }

    @Test
    void jsonHasTheSame() throws Exception {
        JsonNode json = new ObjectMapper().readTree(StatusJson.of(overTwoSeconds));
        assertEquals("/mnt/\"pipes\"", json.path("mountpoint").asText());
        assertEquals(15.0, json.path("pushed_messages_per_second").asDouble());
        assertEquals(2, json.path("errors").path("ENOENT").asInt());
        assertTrue(json.path("cluster_silent_seconds").isNull());
        assertEquals("orders/0", json.path("pipes").path(0).path("pipe").asText());
        assertEquals(7, json.path("pipes").path(0).path("lag").asInt());
        assertFalse(new ObjectMapper().readTree(StatusJson.of(oneLook)).has("pushed_messages_per_second"));
    }
}
