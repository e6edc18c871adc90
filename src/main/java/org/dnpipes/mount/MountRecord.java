package org.dnpipes.mount;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.dnpipes.files.PrivateDirectory;

/**
 * The file in which a daemon writes down that it serves a mount point, so that it can be asked to end. It may be left
 * over: the process is only believed to be the daemon if it started at the time that is written beside its id.
 */
public record MountRecord(Path file) {

    /** The record for a mount point, where XDG keeps what lasts until the user logs out, or else the user's state. */
    public static MountRecord of(Path mountpoint, Map<String, String> environment) {
        return new MountRecord(new Xdg(environment).runtime().resolve(escaped(mountpoint) + ".pid"));
    }

    /** Where the daemon of a mount point logs. */
    public static Path log(Path mountpoint, Map<String, String> environment) {
        return new Xdg(environment).state().resolve(escaped(mountpoint) + ".log");
    }

    /** Writes down this process. */
    public void write() throws IOException {
        ProcessHandle self = ProcessHandle.current();
        Path directory = PrivateDirectory.create(file.resolveSibling(""));
        Path next = Files.createTempFile(directory, "mount", ".tmp", asFileAttribute(fromString("rw-------")));
        Files.writeString(next, self.pid() + " " + startOf(self) + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The daemon, if it is alive. */
    public Optional<ProcessHandle> daemon() {
        // Whoever else could write there could have any process ended.
        if (!PrivateDirectory.exists(file.resolveSibling(""))) {
            return Optional.empty();
        }
        try {
            String[] words = Files.readString(file).strip().split(" ", -1);
            return words.length == 2
                    ? ProcessHandle.of(Long.parseLong(words[0]))
                            .filter(process -> Long.toString(startOf(process)).equals(words[1]))
                    : Optional.empty();
        } catch (IOException | NumberFormatException missingOrDamaged) {
            return Optional.empty();
        }
    }

    public void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    private static long startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
    }

    /** As systemd names mount units: slashes become dashes, anything else unusual a hexadecimal escape. */
    private static String escaped(Path mountpoint) {
        StringBuilder name = new StringBuilder();
        for (byte b : mountpoint.toString().substring(1).getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c == '/') {
                name.append('-');
            } else if (c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '.')) {
                name.append(c);
            } else {
                name.append(String.format("\\x%02x", (int) c));
            }
        }
        // A file's name may have 255 bytes; the end of a long path tells more than its beginning.
        return name.length() <= 240 ? name.toString() : name.substring(name.length() - 240);
    }
}
