package org.dnpipes.fs;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dnpipes.pipe.Topic;

/**
 * The topics that have pipes open here. The file system looks at them once a second, so that what is known of them is
 * as good as an answer of the cluster. Safe for use by many threads.
 */
final class OpenTopics {
    /** How many files of each topic are open. */
    private final Map<Topic, Integer> counts = new HashMap<>();
    /** The one of several topics that had the same name, one after the other, that was opened last. */
    private final Map<String, Topic> byName = new HashMap<>();

    /** A file of {@code topic} is open. */
    synchronized void opened(Topic topic) {
        counts.merge(topic, 1, Integer::sum);
        byName.put(topic.name(), topic);
    }

    /** One file less of {@code topic} is open. */
    synchronized void closed(Topic topic) {
        if (counts.merge(topic, -1, Integer::sum) == 0) {
            counts.remove(topic);
            byName.remove(topic.name(), topic);
        }
    }

    /** {@code topic} is not there any more as it was, although files of it are still open. */
    synchronized void gone(Topic topic) {
        byName.remove(topic.name(), topic);
    }

    /** The topic of that name, as far as it is open here. */
    synchronized Optional<Topic> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** All topics with open files, those that are gone as well. */
    synchronized Set<Topic> all() {
        return Set.copyOf(counts.keySet());
    }
}
