package org.dnpipes.broker;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * What a running broker writes down about itself. It may be left over from one that was killed: only who finds the
 * broker's lock held may believe it.
 *
 * @param pid the process it runs in
 * @param port where it listens on 127.0.0.1
 */
record BrokerState(long pid, int port) {

    String address() {
        return "127.0.0.1:" + port;
    }

    static Optional<BrokerState> read(Path file) {
        try {
            String[] words = Files.readString(file).strip().split(" ", -1);
            return words.length == 2
                    ? Optional.of(new BrokerState(Long.parseLong(words[0]), Integer.parseInt(words[1])))
                    : Optional.empty();
        } catch (IOException | NumberFormatException missingOrDamaged) {
            return Optional.empty();
        }
    }

    /** Replaces the file at once, so that nobody reads half of it. */
    void write(Path file) throws IOException {
        Path next = Files.createTempFile(
                file.toAbsolutePath().getParent(), "broker", ".tmp", asFileAttribute(fromString("rw-------")));
        Files.writeString(next, pid + " " + port + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
