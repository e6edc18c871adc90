package org.dnpipes.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dnpipes.files.DirectoryFailure;
import org.dnpipes.files.PrivateDirectory;

/**
 * The files of one embedded broker. Its owner alone may enter the directory, so that what lies in it is private
 * whatever its own permissions are.
 *
 * @param root an absolute path
 */
record DataDir(Path root) {
    DataDir {
        root = root.toAbsolutePath().normalize();
    }

    /** Makes the directory, with the mode 0700, unless it is there. It has to be its user's own. */
    DataDir create() {
        try {
            Path parent = root.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            PrivateDirectory.create(root);
            if (!Files.isWritable(root)) {
                throw new BrokerFailure("cannot write to the data directory " + root);
            }
            return this;
        } catch (DirectoryFailure e) {
            throw new BrokerFailure(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new BrokerFailure("cannot make the data directory " + root + " (" + e + ")", e);
        }
    }

    /** Topics and messages, in Kafka's own layout. */
    Path kafka() {
        return root.resolve("kafka");
    }

    /** Locked by the broker while it runs. Nothing else ever opens it for longer than a look. */
    Path brokerLock() {
        return root.resolve("broker.lock");
    }

    /** Locked by whoever looks for a broker and may start one. */
    Path startLock() {
        return root.resolve("start.lock");
    }

    /** Locked, shared, by every process that uses the background broker. */
    Path usersLock() {
        return root.resolve("users.lock");
    }

    /** Where the running broker can be reached. */
    Path state() {
        return root.resolve("broker.state");
    }

    /** What the background broker logs. */
    Path log() {
        return root.resolve("broker.log");
    }

    /** What the background broker's JVM itself has to say, such as that it has no memory. */
    Path output() {
        return root.resolve("broker.out");
    }
}
