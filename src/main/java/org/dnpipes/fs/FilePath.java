package org.dnpipes.fs;

import java.util.Optional;
import java.util.OptionalInt;
import org.dnpipes.pipe.TopicName;

/**
 * A path below the mount point that names something: {@code /}, {@code /topic}, {@code /topic/3}, the last two also
 * with a view.
 *
 * @param topic the topic, empty for the root
 * @param number the number of a pipe in its topic, empty if the path names the topic
 * @param view how a pipe is to be read
 */
record FilePath(Optional<String> topic, OptionalInt number, View view) {

    private static final FilePath ROOT = new FilePath(Optional.empty(), OptionalInt.empty(), View.PLAIN);

    /** The most digits a pipe number can have; more would not fit an int. */
    private static final int MAX_DIGITS = 9;

    /** Reads an absolute path. Empty if nothing of that name can ever exist. */
    static Optional<FilePath> parse(String path) {
        if (path.equals("/")) {
            return Optional.of(ROOT);
        }
        int at = path.indexOf(View.SEPARATOR);
        String name = at < 0 ? path : path.substring(0, at);
        Optional<View> view = at < 0 ? Optional.of(View.PLAIN) : View.parse(path.substring(at + 1));
        return view.flatMap(v -> parse(name.substring(1), v));
    }

    private static Optional<FilePath> parse(String name, View view) {
        int slash = name.indexOf('/');
        String topic = slash < 0 ? name : name.substring(0, slash);
        if (!TopicName.isLegal(topic) || TopicName.isInternal(topic)) {
            return Optional.empty();
        }
        if (slash < 0) {
            return Optional.of(new FilePath(Optional.of(topic), OptionalInt.empty(), view));
        }
        OptionalInt number = number(name.substring(slash + 1));
        return number.isPresent() ? Optional.of(new FilePath(Optional.of(topic), number, view)) : Optional.empty();
    }

    /** One name per pipe: decimal, no leading zeros. */
    private static OptionalInt number(String text) {
        boolean digits = !text.isEmpty()
                && text.length() <= MAX_DIGITS
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && (text.length() == 1 || text.charAt(0) != '0');
        return digits ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }
}
