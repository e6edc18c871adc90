package org.dnpipes.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WriterTableTest {
    private static final Lease LEASE = new Lease(Duration.ofSeconds(3));

    private final WriterTable table = new WriterTable();
    private long place;

    @Test
    void lastNoticeOfAMountCounts() {
        say("a", 0, Set.of("p", "q"));
        assertEquals(Set.of("a"), writers("p"));
        say("a", 1, Set.of("q"));
        assertEquals(Set.of(), writers("p"));
        assertEquals(Set.of("a"), writers("q"));
    }

    @Test
    void noticeThatComesLateOrTwiceChangesNothing() {
        say("a", 0, Set.of());
        say("a", 1, Set.of("p"));
        say("a", 2, Set.of());
        say("a", 1, Set.of("p"));
        say("a", 2, Set.of());
        assertEquals(Set.of(), writers("p"));
    }

    @Test
    void lateNoticeStillTellsWhatWasClosed() {
        say("a", 2, Set.of());
        table.apply(place++, new Notice("a", 1, LEASE, Set.of(), Map.of("p", 7L), Map.of()));
        assertEquals(7, table.traceOf("p").end());
    }

    @Test
    void mountsDoNotTouchEachOther() {
        say("a", 0, Set.of("p"));
        say("b", 0, Set.of("p"));
        say("a", 1, Set.of());
        assertEquals(Set.of("b"), writers("p"));
    }

    @Test
    void expulsionEndsTheNoticeThatItNames() {
        say("a", 4, Set.of("p"));
        expel("a", 4);
        assertEquals(Set.of(), writers("p"));
        assertEquals(4, table.lapsedUpTo("a"));
    }

    @Test
    void expulsionIsVoidIfTheMountHasSpokenBefore() {
        say("a", 4, Set.of("p"));
        say("a", 5, Set.of("p"));
        expel("a", 4);
        assertEquals(Set.of("a"), writers("p"));
        assertEquals(-1, table.lapsedUpTo("a"));
    }

    @Test
    void mountThatWasExpelledCountsAgainWhenItSpeaks() {
        say("a", 4, Set.of("p"));
        expel("a", 4);
        say("a", 5, Set.of("p"));
        assertEquals(Set.of("a"), writers("p"));
        assertEquals(4, table.lapsedUpTo("a"), "what was opened before the expulsion is over all the same");
    }

    @Test
    void writerThatCameAndWentIsSeen() {
        say("a", 0, Set.of());
        assertEquals(-1, table.traceOf("p").seen());
        say("a", 1, Set.of("p"));
        assertEquals(1, table.traceOf("p").seen());
        table.apply(place++, new Notice("a", 2, LEASE, Set.of(), Map.of("p", 9L), Map.of()));
        assertEquals(2, table.traceOf("p").seen());
        assertEquals(9, table.traceOf("p").end());
    }

    @Test
    void mountWithoutWritersIsForgottenAndOneWithIsNot() {
        say("a", 0, Set.of("p"));
        say("b", 0, Set.of());
        assertEquals(Set.of("b", "c"), table.forget(Set.of("a", "b", "c")));
        assertEquals(Set.of("a"), writers("p"));
    }

    /** Whatever happens, somebody who reads the log again from the start comes to the same. */
    @Test
    void everybodyComesToTheSame() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Notice> log = new ArrayList<>();
        long[] numbers = new long[4];
        for (int i = 0; i < 2_000; i++) {
            int who = random.nextInt(4);
            int whom = random.nextInt(4);
            boolean late = random.nextInt(8) == 0;
            Set<String> writes = random.nextBoolean() ? Set.of("p") : Set.of();
            Map<String, Long> expelled = random.nextInt(5) == 0
                    ? Map.of("m" + whom, Math.max(0, numbers[whom] - random.nextInt(2)))
                    : Map.of();
            long number = late ? Math.max(0, numbers[who] - 1) : ++numbers[who];
            log.add(new Notice("m" + who, number, LEASE, writes, Map.of(), expelled));
            WriterTable again = new WriterTable();
            for (int at = 0; at < log.size() && i % 50 == 0; at++) {
                again.apply(at, log.get(at));
            }
            table.apply(i, log.get(i));
            if (i % 50 == 0) {
                assertEquals(table.writersOf("p"), again.writersOf("p"), "seed " + seed);
            }
        }
    }

    private void say(String mount, long number, Set<String> writers) {
        table.apply(place++, new Notice(mount, number, LEASE, writers, Map.of(), Map.of()));
    }

    private void expel(String mount, long number) {
        table.apply(place++, new Notice("observer", place, LEASE, Set.of(), Map.of(), Map.of(mount, number)));
    }

    private Set<String> writers(String pipe) {
        return table.writersOf(pipe).keySet();
    }
}
