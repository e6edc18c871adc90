package org.dnpipes.fs;

import java.nio.charset.StandardCharsets;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;

/** What a name stands for. */
sealed interface Node {

    /** The number of its inode: the same on every mount and after every remount. */
    long inode();

    default boolean isDirectory() {
        return true;
    }

    /** The directory with all topics. */
    record Root() implements Node {
        @Override
        public long inode() {
            return 1;
        }
    }

    /** A topic with several pipes. */
    record TopicDirectory(Topic topic) implements Node {
        @Override
        public long inode() {
            return Node.hash(topic.id());
        }
    }

    /** A pipe, to be read in some way. All views of a pipe are the same file. */
    record Pipe(Topic topic, PipeId id, View view) implements Node {
        /** The same pipe, read as {@code other} says. */
        Pipe read(View other) {
            return new Pipe(topic, id, other);
        }

        @Override
        public long inode() {
            return Node.hash(topic.id() + "/" + id.number());
        }

        @Override
        public boolean isDirectory() {
            return false;
        }
    }

    /** What stands for {@code topic} in the root directory. */
    static Node of(Topic topic) {
        return topic.pipes() == 1 ? new Pipe(topic, topic.pipe(0), View.PLAIN) : new TopicDirectory(topic);
    }

    /** FNV-1a, 64 bits: topics have random ids, so any hash that spreads will do. Never one of the reserved numbers. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return (hash >>> 1) | (1L << 62);
    }
}
