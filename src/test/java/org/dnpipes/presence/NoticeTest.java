package org.dnpipes.presence;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoticeTest {
    private static final Lease LEASE = new Lease(Duration.ofSeconds(30));

    @Test
    void lineTellsTheWholeNotice() {
        Notice notice =
                new Notice("0a1b", 17, LEASE, Set.of("T-_1/0", "U/12"), Map.of("V/3", 99L), Map.of("ff", 4L, "ee", 0L));
        String line = new String(notice.line(), US_ASCII);
        assertEquals("dnpipes1 m=0a1b n=17 l=30000 w=T-_1/0,U/12 c=V/3:99 x=ee:0,ff:4", line);
        assertEquals(Optional.of(notice), Notice.of(line));
    }

    @Test
    void noticeWithNothingToTellIsShort() {
        Notice notice = new Notice("m", 0, LEASE, Set.of(), Map.of(), Map.of());
        assertEquals("dnpipes1 m=m n=0 l=30000", new String(notice.line(), US_ASCII));
        assertEquals(Optional.of(notice), Notice.of(new String(notice.line(), US_ASCII)));
    }

    @Test
    void wordsOfLaterVersionsAreIgnored() {
        Notice notice = new Notice("m", 0, LEASE, Set.of("p/0"), Map.of(), Map.of());
        assertEquals(Optional.of(notice), Notice.of("dnpipes1 z=? m=m r=p/0:7 n=0 w=p/0 l=30000 new"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "dnpipes2 m=m n=0 l=30000",
                "dnpipes1",
                "dnpipes1 n=0 l=30000",
                "dnpipes1 m=m l=30000",
                "dnpipes1 m=m n=0",
                "dnpipes1 m=m n=x l=30000",
                "dnpipes1 m=m n=-1 l=30000",
                "dnpipes1 m=m n=0 l=1",
                "dnpipes1 m=m n=0 l=99999999999999999999",
                "dnpipes1 m=m n=0 l=9223372036854775807",
                "dnpipes1 m=m n=0 l=30000 w=a,,b",
                "dnpipes1 m=m n=0 l=30000 c=a",
                "dnpipes1 m=m n=0 l=30000 c=a:",
                "dnpipes1 m=m n=0 l=30000 x=:1",
                "dnpipes1 m=m\u0000 n=0 l=30000",
            })
    void whatIsNoNoticeIsIgnored(String line) {
        assertEquals(Optional.empty(), Notice.of(line));
    }

    @Test
    void noLineBreaksTheParser() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String letters = "dnpipes1 m=m n=0 l=30000 w=a,b c=a:1 x=m:2 ,:=/-";
        for (int i = 0; i < 100_000; i++) {
            StringBuilder line = new StringBuilder("dnpipes1 m=m n=0 l=30000 w=a/0,b/1 c=a/0:1 x=m:2");
            for (int change = random.nextInt(4); change >= 0; change--) {
                char letter = letters.charAt(random.nextInt(letters.length()));
                line.setCharAt(random.nextInt(line.length()), letter);
            }
            Notice.of(line.toString())
                    .ifPresent(notice -> assertEquals(
                            Optional.of(notice), Notice.of(new String(notice.line(), US_ASCII)), "seed " + seed));
        }
    }

    @Test
    void topicThatIsMadeAgainHasOtherKeys() {
        assertEquals("id1/3", Notice.key(new PipeId("topic", "id1", 3)));
        assertEquals("id2/3", Notice.key(new PipeId("topic", "id2", 3)));
    }
}
