package org.dnpipes.pipe;

/** The rules for names of topics, as Kafka has them: {@code [a-zA-Z0-9._-]}, 1 to 249 characters, not "." or "..". */
public final class TopicName {
    /** The longest name, in characters and bytes. */
    public static final int MAX_LENGTH = 249;

    private TopicName() {}

    /** Whether a topic could have that name. */
    public static boolean isLegal(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_LENGTH
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().allMatch(TopicName::isLegal);
    }

    /** Whether topics of that name belong to the engine or to its tools, and are not shown. */
    public static boolean isInternal(String name) {
        return name.startsWith("__");
    }

    private static boolean isLegal(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
