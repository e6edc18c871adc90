package org.dnpipes.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.dnpipes.mount.ServiceRecords.Srv;
import org.junit.jupiter.api.Test;

class ServiceRecordsTest {
    private static final Srv LIGHT = new Srv(10, 1, 9092, "light");
    private static final Srv HEAVY = new Srv(10, 9, 9092, "heavy");
    private static final Srv NONE = new Srv(10, 0, 9092, "none");
    private static final Srv LATER = new Srv(20, 100, 9092, "later");

    @Test
    void aRecordIsFourWordsAndTheHostHasNoDotAtItsEnd() {
        assertEquals(new Srv(10, 5, 9092, "b1.example.com"), Srv.parse("10 5 9092 b1.example.com."));
        assertTrue(Srv.parse("0 0 0 .").isNone());
        assertThrows(IllegalArgumentException.class, () -> Srv.parse("10 5 b1.example.com."));
        assertThrows(IllegalArgumentException.class, () -> Srv.parse("a b c d"));
    }

    @Test
    void aSmallerPriorityComesFirstWhateverItsWeight() {
        assertEquals(List.of(LIGHT, LATER), ServiceRecords.ordered(List.of(LATER, LIGHT), below -> below - 1));
    }

    @Test
    void theFirstWhoseRunningSumReachesTheDrawnNumberIsTaken() {
        assertEquals(List.of(NONE, LIGHT, HEAVY), ServiceRecords.ordered(List.of(HEAVY, LIGHT, NONE), below -> 0));
        assertEquals(
                List.of(HEAVY, LIGHT, NONE), ServiceRecords.ordered(List.of(HEAVY, LIGHT, NONE), below -> below - 1));
    }

    @Test
    void heavyOnesComeFirstAsOftenAsTheirWeightSays() {
        Random random = new Random(7);
        int heavyFirst = 0;
        for (int i = 0; i < 10_000; i++) {
            List<Srv> ordered =
                    ServiceRecords.ordered(List.of(LIGHT, HEAVY), below -> Math.floorMod(random.nextLong(), below));
            heavyFirst += ordered.get(0).equals(HEAVY) ? 1 : 0;
        }
        // RFC 2782 draws from 0 to the sum, both included: 9 of 11.
        assertTrue(heavyFirst > 7_900 && heavyFirst < 8_500, "it was first " + heavyFirst + " times of 10000");
    }
}
