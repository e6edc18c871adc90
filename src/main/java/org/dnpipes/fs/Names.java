package org.dnpipes.fs;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.dnpipes.fs.Node.Pipe;
import org.dnpipes.fs.Node.Root;
import org.dnpipes.fs.Node.TopicDirectory;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.Topic;
import org.dnpipes.pipe.TopicName;

/** Which names there are, and which may be made. */
final class Names {
    private final Catalog catalog;
    private final FsOptions options;
    private final Waiting waiting;
    private final OpenTopics openTopics;

    Names(Catalog catalog, FsOptions options, Waiting waiting, OpenTopics openTopics) {
        this.catalog = catalog;
        this.options = options;
        this.waiting = waiting;
        this.openTopics = openTopics;
    }

    /** What {@code path} names. ENOENT if nothing. Never creates anything. */
    Node lookUp(String path, Caller caller) {
        FilePath parsed = FilePath.parse(path).orElseThrow(() -> missing(path));
        return lookUp(parsed, caller).orElseThrow(() -> missing(path));
    }

    /** What {@code path} names in a topic that has files open here, so that nobody has to be asked. */
    Optional<Node> lookUpOpen(String path) {
        return FilePath.parse(path)
                .flatMap(parsed -> parsed.topic().flatMap(openTopics::find).flatMap(topic -> node(topic, parsed)));
    }

    private Optional<Node> lookUp(FilePath path, Caller caller) {
        return path.topic().isEmpty()
                ? Optional.of(new Root())
                : node(waiting.forLook(catalog.find(path.topic().get()), caller), path);
    }

    private static Optional<Node> node(Topic topic, FilePath path) {
        Node node = Node.of(topic);
        if (path.number().isEmpty()) {
            return node instanceof Pipe pipe ? Optional.of(pipe.read(path.view())) : plain(node, path);
        }
        int number = path.number().getAsInt();
        return node.isDirectory() && number < topic.pipes()
                ? Optional.of(new Pipe(topic, topic.pipe(number), path.view()))
                : Optional.empty();
    }

    /** A directory has no views. */
    private static Optional<Node> plain(Node node, FilePath path) {
        return path.view().equals(View.PLAIN) ? Optional.of(node) : Optional.empty();
    }

    Pipe lookUpPipe(String path, Caller caller) {
        if (lookUp(path, caller) instanceof Pipe pipe) {
            return pipe;
        }
        throw new FsException(Errno.EISDIR, path);
    }

    /** Receives the names in a directory. */
    public interface Entries {
        void add(String name, Node node);
    }

    /** Lists {@code directory}. Views are found by looking them up, but not listed. */
    void list(Node directory, Caller caller, Entries entries) {
        if (directory instanceof TopicDirectory topic) {
            for (int number = 0; number < topic.topic().pipes(); number++) {
                entries.add(
                        Integer.toString(number),
                        new Pipe(topic.topic(), topic.topic().pipe(number), View.PLAIN));
            }
        } else if (directory instanceof Root) {
            List<Topic> topics = waiting.forLook(catalog.list(), caller);
            // Who sorts what it has listed, as shells do, then looks at it in the order of the list: see Listings.
            topics.stream()
                    .filter(topic -> !TopicName.isInternal(topic.name()))
                    .sorted(Comparator.comparing(Topic::name))
                    .forEach(topic -> entries.add(topic.name(), Node.of(topic)));
        } else {
            throw new FsException(Errno.ENOTDIR, "not a directory");
        }
    }

    /** Makes the pipe that {@code path} names. */
    Pipe create(String path, OpenFlags flags, Caller caller) {
        String name = path.substring(1);
        requireCreatable(name, flags);
        Topic topic = waiting.forName(catalog.create(name, flags.exclusive()), caller);
        if (Node.of(topic) instanceof Pipe pipe) {
            return pipe;
        }
        throw new FsException(Errno.EISDIR, path);
    }

    private void requireCreatable(String name, OpenFlags flags) {
        if (options.readOnly()) {
            throw new FsException(Errno.EROFS, name);
        }
        if (name.length() > TopicName.MAX_LENGTH) {
            throw new FsException(Errno.ENAMETOOLONG, name);
        }
        // In a topic there are the pipes that the cluster has made, and no others.
        if (!options.create() || name.indexOf('/') >= 0 || TopicName.isInternal(name)) {
            throw new FsException(Errno.EPERM, "creating " + name);
        }
        // Editors and copiers make files for a moment, to be renamed. Those must not become topics for everybody.
        if (name.startsWith(".") || (flags.readWrite() && flags.exclusive())) {
            throw new FsException(Errno.EPERM, "creating " + name + ", which looks like a temporary file");
        }
        if (!TopicName.isLegal(name)) {
            throw new FsException(Errno.EINVAL, name + " is not a legal name of a topic");
        }
    }

    private static FsException missing(String path) {
        return new FsException(Errno.ENOENT, path);
    }
}
