package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.dnpipes.fake.Fuzz;
import org.dnpipes.pipe.TopicName;
import org.junit.jupiter.api.Test;

/** Names, with numbers and views, as processes may give them. */
class FilePathFuzzTest {
    private static final String LETTERS = "abzAZ09._-";

    private static View view(Random random) {
        List<View.Rule> rules = new ArrayList<>(List.of(View.Rule.values()));
        Collections.shuffle(rules, random);
        Set<View.Rule> some = Set.copyOf(rules.subList(0, random.nextInt(3)));
        return some.containsAll(List.of(View.Rule.FOLLOW, View.Rule.SNAPSHOT)) ? View.PLAIN : new View(some);
    }

    private static String print(FilePath path, Random random) {
        List<String> rules = new ArrayList<>(path.view().rules().stream()
                .map(rule -> rule.name().toLowerCase(Locale.ROOT))
                .toList());
        Collections.shuffle(rules, random);
        return "/" + path.topic().orElse("")
                + (path.number().isPresent() ? "/" + path.number().getAsInt() : "")
                + (rules.isEmpty() ? "" : "@" + String.join(",", rules));
    }

    @Test
    void whatWasPrintedIsReadAgain() {
        Fuzz.rounds(random -> {
            StringBuilder topic = new StringBuilder();
            for (int i = 1 + random.nextInt(TopicName.MAX_LENGTH); i > 0; i--) {
                topic.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            if (!TopicName.isLegal(topic.toString()) || TopicName.isInternal(topic.toString())) {
                return;
            }
            OptionalInt number =
                    random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(1_000_000_000));
            FilePath path = new FilePath(Optional.of(topic.toString()), number, view(random));
            assertEquals(Optional.of(path), FilePath.parse(print(path, random)));
        });
    }

    /** No two texts name the same pipe, but for the order of the rules of a view. */
    @Test
    void whateverIsReadIsLegalAndSpelledInOneWay() {
        Fuzz.rounds(random -> {
            String text = "/" + Fuzz.text(random, LETTERS + "/@,followsnapshotnew0123", 40);
            String given = random.nextBoolean() ? text : Fuzz.damaged(random, "/topic/17@new,follow");
            if (!given.startsWith("/")) {
                return;
            }
            FilePath.parse(given).ifPresent(path -> {
                path.topic().ifPresent(topic -> {
                    assertTrue(TopicName.isLegal(topic), topic);
                    assertFalse(TopicName.isInternal(topic), topic);
                });
                String head = given.contains("@") ? given.substring(0, given.indexOf('@')) : given;
                assertEquals(head, print(new FilePath(path.topic(), path.number(), View.PLAIN), random));
                assertEquals(Optional.of(path), FilePath.parse(print(path, random)));
            });
        });
    }
}
