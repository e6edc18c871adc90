package org.dnpipes.fs;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reading rules that a name asks for behind an at sign, such as {@code p@new,follow}. An at sign cannot occur in the
 * name of a topic.
 *
 * @param rules the rules in force; none for a plain name
 */
public record View(Set<Rule> rules) {

    /** One reading rule; its name in lower case is what users write. */
    public enum Rule {
        /** The end is never reached: wait for more. */
        FOLLOW,
        /** The end is where it was when the file was opened. */
        SNAPSHOT,
        /** Start with what comes after the file was opened, and wait for a first writer. */
        NEW
    }

    /** A pipe without further rules. */
    public static final View PLAIN = new View(Set.of());

    /** The character between a name and its view. */
    static final char SEPARATOR = '@';

    public boolean has(Rule rule) {
        return rules.contains(rule);
    }

    /**
     * Reads what stands behind the at sign; empty if it is not a view. Rules that contradict each other are not one.
     */
    static Optional<View> parse(String text) {
        EnumSet<Rule> rules = EnumSet.noneOf(Rule.class);
        for (String word : text.split(",", -1)) {
            Optional<Rule> rule = rule(word);
            if (rule.isEmpty() || !rules.add(rule.get())) {
                return Optional.empty();
            }
        }
        boolean contradicts = rules.contains(Rule.FOLLOW) && rules.contains(Rule.SNAPSHOT);
        return contradicts ? Optional.empty() : Optional.of(new View(Set.copyOf(rules)));
    }

    private static Optional<Rule> rule(String word) {
        for (Rule rule : Rule.values()) {
            if (rule.name().toLowerCase(Locale.ROOT).equals(word)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }
}
