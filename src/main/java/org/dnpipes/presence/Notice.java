package org.dnpipes.presence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.dnpipes.pipe.PipeId;

/**
 * What a mount tells all others in one part of the log. It is one line of text, so that an administrator can read it
 * with {@code kcat}, and looks like this, its parts in any order; parts with other letters are for later versions and
 * are ignored:
 *
 * <pre>dnpipes1 m=MOUNT n=NUMBER l=LEASE_MS w=PIPE,PIPE c=PIPE:END,PIPE:END x=MOUNT:NUMBER</pre>
 *
 * @param mount the mount that speaks: another word at each start
 * @param number grows with each notice of the mount in this part of the log
 * @param lease how long others wait for the next notice
 * @param writers <em>all</em> pipes of this part that the mount has open for writing
 * @param closed pipes that its last writer has closed since, with one past the last message that was acknowledged to it
 * @param expelled mounts that were silent for too long, with the number of their last notice
 */
record Notice(
        String mount,
        long number,
        Lease lease,
        Set<String> writers,
        Map<String, Long> closed,
        Map<String, Long> expelled) {
    private static final String VERSION = "dnpipes1";
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_/.-]{1,100}");

    Notice {
        writers = Set.copyOf(writers);
        closed = Map.copyOf(closed);
        expelled = Map.copyOf(expelled);
    }

    /** What a pipe is called in notices: a topic that is made again has other pipes. */
    static String key(PipeId pipe) {
        return pipe.topicId() + "/" + pipe.number();
    }

    byte[] line() {
        StringBuilder line = new StringBuilder(VERSION)
                .append(" m=")
                .append(mount)
                .append(" n=")
                .append(number)
                .append(" l=")
                .append(lease.length().toMillis());
        append(line, "w", List.copyOf(new TreeSet<>(writers)));
        append(line, "c", pairs(closed));
        append(line, "x", pairs(expelled));
        return line.toString().getBytes(US_ASCII);
    }

    private static void append(StringBuilder line, String name, List<String> words) {
        if (!words.isEmpty()) {
            line.append(' ').append(name).append('=').append(String.join(",", words));
        }
    }

    private static List<String> pairs(Map<String, Long> numbers) {
        List<String> pairs = new ArrayList<>();
        new TreeMap<>(numbers).forEach((word, number) -> pairs.add(word + ":" + number));
        return pairs;
    }

    /** The notice in {@code line}; empty if it is something else, since anybody may write to a topic. */
    static Optional<Notice> of(String line) {
        String[] parts = line.split(" ", -1);
        if (!parts[0].equals(VERSION)) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) {
                values.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
            }
        }
        try {
            return Optional.of(new Notice(
                    word(values.getOrDefault("m", "")),
                    number(values.getOrDefault("n", "")),
                    new Lease(Duration.ofMillis(number(values.getOrDefault("l", "")))),
                    words(values.getOrDefault("w", "")),
                    numbers(values.getOrDefault("c", "")),
                    numbers(values.getOrDefault("x", ""))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Set<String> words(String list) {
        Set<String> words = new HashSet<>();
        for (String word : split(list)) {
            words.add(word(word));
        }
        return words;
    }

    private static Map<String, Long> numbers(String list) {
        Map<String, Long> numbers = new HashMap<>();
        for (String pair : split(list)) {
            int colon = pair.indexOf(':');
            numbers.put(word(pair.substring(0, Math.max(0, colon))), number(pair.substring(colon + 1)));
        }
        return numbers;
    }

    private static String[] split(String list) {
        return list.isEmpty() ? new String[0] : list.split(",", -1);
    }

    private static String word(String text) {
        if (!WORD.matcher(text).matches()) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private static long number(String text) {
        long number = Long.parseLong(text);
        if (number < 0) {
            throw new IllegalArgumentException(text);
        }
        return number;
    }
}
