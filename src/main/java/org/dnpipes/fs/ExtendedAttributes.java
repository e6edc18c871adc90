package org.dnpipes.fs;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dnpipes.fs.Node.Pipe;
import org.dnpipes.fs.Node.TopicDirectory;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.Topic;

/**
 * What getfattr(1) shows of pipes and of topics with several of them, see xattr(7): names in the namespace "user" that
 * begin with {@link #PREFIX}. They cannot be changed. Each is asked for when it is wanted.
 */
final class ExtendedAttributes {
    static final String PREFIX = "user.dnpipes.";

    /** Which of the facts that the catalog knows are shown. */
    private static final Set<String> FACTS = Set.of("replication", "retention_ms", "retention_bytes", "cleanup_policy");

    private static final Set<String> OF_EXTENTS = Set.of("first_offset", "next_offset", "messages");

    private final Catalog catalog;
    private final Pipes pipes;
    private final Waiting waiting;

    ExtendedAttributes(Catalog catalog, Pipes pipes, Waiting waiting) {
        this.catalog = catalog;
        this.pipes = pipes;
        this.waiting = waiting;
    }

    /**
     * The names that {@code node} has; of some the value may turn out not to be known. Asks nobody: cp -a lists them.
     */
    Set<String> names(Node node) {
        Set<String> names = new TreeSet<>();
        topicOf(node).ifPresent(topic -> {
            names.addAll(known(node).keySet());
            names.addAll(FACTS);
            if (node instanceof Pipe) {
                names.addAll(OF_EXTENTS);
            }
        });
        return prefixed(names);
    }

    private static Set<String> prefixed(Set<String> names) {
        Set<String> whole = new TreeSet<>();
        names.forEach(name -> whole.add(PREFIX + name));
        return whole;
    }

    /** The value of that name. Fails with ENODATA if there is none. */
    String value(Node node, String wholeName, Caller caller) {
        String name = wholeName.startsWith(PREFIX) ? wholeName.substring(PREFIX.length()) : "";
        return find(node, name, caller).orElseThrow(() -> new FsException(Errno.ENODATA, wholeName));
    }

    private Optional<String> find(Node node, String name, Caller caller) {
        String known = known(node).get(name);
        if (known != null) {
            return Optional.of(known);
        }
        if (node instanceof Pipe pipe && OF_EXTENTS.contains(name)) {
            Extent extent = waiting.forName(pipes.get(pipe.id()).extent(), caller);
            return Optional.of(Long.toString(
                    switch (name) {
                        case "first_offset" -> extent.first();
                        case "next_offset" -> extent.end();
                        // Some numbers may have no message: there are no more than that.
                        default -> extent.end() - extent.first();
                    }));
        }
        return topicOf(node)
                .filter(topic -> FACTS.contains(name))
                .flatMap(topic -> Optional.ofNullable(facts(topic, caller).get(name)));
    }

    private Map<String, String> facts(Topic topic, Caller caller) {
        return waiting.forLook(catalog.facts(topic), caller);
    }

    /** What is known without asking. */
    private static Map<String, String> known(Node node) {
        Map<String, String> known = new TreeMap<>();
        topicOf(node).ifPresent(topic -> {
            known.put("topic", topic.name());
            known.put("topic_id", topic.id());
            known.put("partitions", Integer.toString(topic.pipes()));
        });
        if (node instanceof Pipe pipe) {
            known.put("partition", Integer.toString(pipe.id().number()));
        }
        return known;
    }

    private static Optional<Topic> topicOf(Node node) {
        if (node instanceof Pipe pipe) {
            return Optional.of(pipe.topic());
        }
        return node instanceof TopicDirectory directory ? Optional.of(directory.topic()) : Optional.empty();
    }
}
