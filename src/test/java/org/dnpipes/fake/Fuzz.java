package org.dnpipes.fake;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.ThrowingConsumer;

/**
 * Runs a test with many random inputs. A failure names the seed of its round; {@code -Ddnpipes.fuzz.seed=SEED} repeats
 * that round alone, {@code -Ddnpipes.fuzz.rounds=N} makes more of them.
 */
public final class Fuzz {
    private static final int ROUNDS = Integer.getInteger("dnpipes.fuzz.rounds", 2_000);

    private Fuzz() {}

    /**
     * Runs {@code round} many times.
     *
     * @param round gets random numbers of its own
     */
    public static void rounds(ThrowingConsumer<Random> round) {
        Long only = Long.getLong("dnpipes.fuzz.seed");
        Random seeds = new Random();
        for (int i = 0; i < (only == null ? ROUNDS : 1); i++) {
            long seed = only == null ? seeds.nextLong() : only;
            try {
                round.accept(new Random(seed));
            } catch (Throwable e) {
                Assertions.fail("with -Ddnpipes.fuzz.seed=" + seed + ": " + e, e);
            }
        }
    }

    /** Text of up to {@code most} characters: of the given letters mostly, some of it anything. */
    public static String text(Random random, String letters, int most) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(most + 1); left > 0; left--) {
            text.append(
                    random.nextInt(20) == 0
                            ? (char) random.nextInt(Character.MIN_SURROGATE)
                            : letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    /** {@code text} with a few characters changed, taken away, or put in. */
    public static String damaged(Random random, String text) {
        StringBuilder damaged = new StringBuilder(text);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(damaged.length() + 1);
            char letter = text.isEmpty() ? '?' : text.charAt(random.nextInt(text.length()));
            if (random.nextBoolean()) {
                damaged.insert(at, random.nextInt(5) == 0 ? (char) random.nextInt(256) : letter);
            } else if (at < damaged.length()) {
                damaged.deleteCharAt(at);
            }
        }
        return damaged.toString();
    }

    public static <T> T oneOf(Random random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** A message for users: one line that a terminal shows as it is, and not a long one. */
    public static void assertIsOneLine(String message) {
        Assertions.assertNotNull(message);
        Assertions.assertTrue(message.length() <= 1_200, () -> message.length() + " characters");
        Assertions.assertTrue(
                message.chars().noneMatch(Character::isISOControl), () -> "control characters in " + message);
    }
}
