package org.dnpipes.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.presence.Publisher.Stored;
import org.junit.jupiter.api.Test;

class OwnWritersTest {
    private static final Lease LEASE = new Lease(Duration.ofSeconds(12));

    private final PipeId log = new PipeId(NoticeLog.TOPIC, "first", 0);
    private final PipeId logMadeAgain = new PipeId(NoticeLog.TOPIC, "second", 0);
    private final OwnWriters own = new OwnWriters("me", LEASE);
    private final OwnWriter writer = new OwnWriter(new PipeId("p", "only", 0), seconds(100), () -> {});

    @Test
    void noticeThatTakesLongLeavesRoomForDoubt() {
        announce();
        store(log, 7, 7.9);
        assertFalse(own.isDoubtful());
        store(log, 9, 20);
        assertTrue(own.isDoubtful());
        assertFalse(own.isSafe(seconds(20)));
    }

    @Test
    void doubtEndsWithTheWritersItIsAbout() {
        announce();
        store(log, 20, 20);
        assertTrue(own.isDoubtful());
        own.remove(writer, 0);
        assertFalse(own.isDoubtful());
    }

    @Test
    void doubtInALogThatIsGoneIsNeverResolved() {
        announce();
        store(logMadeAgain, 20, 20);
        assertEquals(List.of(writer), own.examined(1, -1));
        assertTrue(writer.lapsed);
    }

    @Test
    void logThatIsMadeAgainInTimeHarmsNobody() {
        announce();
        store(logMadeAgain, 2, 2);
        assertEquals(List.of(), own.examined(1, -1));
        assertFalse(writer.lapsed);
    }

    private void announce() {
        own.add(writer, 0);
        assertEquals(List.of(writer), store(log, 0, 0));
    }

    private List<OwnWriter> store(PipeId where, double began, double known) {
        Notice notice = own.draft();
        return own.stored(new Stored(where, notice, notice.number() + 1, seconds(began)), seconds(known));
    }

    private static long seconds(double seconds) {
        return (long) (seconds * 1e9);
    }
}
