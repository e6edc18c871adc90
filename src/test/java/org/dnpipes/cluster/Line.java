package org.dnpipes.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A line that an open file writes: who, the how-manieth, and a text that follows from both. So whatever is read can be
 * told to be whole, and whose.
 */
record Line(int handle, int number) {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

    /** As it is pushed, without a line feed. Most are short; some need more than one of the kernel's writes. */
    byte[] bytes() {
        SplittableRandom random = new SplittableRandom(handle * 1_000_003L + number);
        int kind = random.nextInt(400);
        int size = kind == 0 ? 150_000 : kind < 10 ? random.nextInt(8000) : random.nextInt(160);
        StringBuilder text = new StringBuilder(size + 20)
                .append(handle)
                .append(' ')
                .append(number)
                .append(' ');
        for (int i = 0; i < size; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The line that a message is, or nothing if it is not exactly one. */
    static Optional<Line> of(byte[] message) {
        String[] words = new String(message, StandardCharsets.US_ASCII).split(" ", 3);
        try {
            Line line = new Line(Integer.parseInt(words[0]), Integer.parseInt(words.length > 1 ? words[1] : ""));
            return Optional.of(line).filter(l -> Arrays.equals(l.bytes(), message));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
