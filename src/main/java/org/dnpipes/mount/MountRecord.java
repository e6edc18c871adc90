package org.dnpipes.mount;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
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

    /**
     * The record that a daemon has written for a mount point, as far as this user can see it: in the own places, where
     * mount(8) has it for root, and in the runtime directory of whoever mounted, which root can read. The own one if
     * there is none. Only a process of whoever mounted is believed to be the daemon: others could write any number.
     *
     * @param owner the user who mounted, as the kernel knows; -1 if that is not known
     */
    public static MountRecord find(Path mountpoint, int owner, Map<String, String> environment) {
        Xdg xdg = new Xdg(environment);
        return Stream.of(xdg.runtime(), xdg.state(), Path.of(owner == 0 ? "/run" : "/run/user/" + owner, "dnpipes"))
                .map(directory -> new MountRecord(directory.resolve(escaped(mountpoint) + ".pid")))
                .filter(found -> found.daemon()
                        .filter(daemon -> owner < 0 || ownerOf(daemon).equals(OptionalInt.of(owner)))
                        .isPresent())
                .findFirst()
                .orElseGet(() -> of(mountpoint, environment));
    }

    private static OptionalInt ownerOf(ProcessHandle process) {
        try {
            return OptionalInt.of(
                    (Integer) Files.getAttribute(Path.of("/proc", String.valueOf(process.pid())), "unix:uid"));
        } catch (IOException gone) {
            return OptionalInt.empty();
        }
    }

    /** Where a daemon can be asked. By its number: the path of a socket has to be short. */
    public Path socket(long pid) {
        return file.resolveSibling(pid + ".sock");
    }

    /** Where the daemon of a mount point logs. */
    public static Path log(Path mountpoint, Map<String, String> environment) {
        return new Xdg(environment).state().resolve(escaped(mountpoint) + ".log");
    }

    /**
     * Makes the directory, which is the owner's alone. What a daemon that was killed has left there for this mount
     * goes.
     */
    public void prepare() throws IOException {
        PrivateDirectory.create(file.resolveSibling(""));
        if (daemon().isEmpty()) {
            deleteSocket();
        }
    }

    /** Writes down this process. */
    public void write() throws IOException {
        ProcessHandle self = ProcessHandle.current();
        Path directory = file.resolveSibling("");
        prepare();
        Path next = Files.createTempFile(directory, "mount", ".tmp", asFileAttribute(fromString("rw-------")));
        Files.writeString(
                next, self.pid() + " " + ProcessStat.of(self).orElseThrow().start() + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** One that has ended but whose parent has not asked for its status yet still counts as alive for Java. */
    static boolean runs(ProcessHandle daemon) {
        return daemon.isAlive()
                && ProcessStat.of(daemon).filter(stat -> !stat.hasEnded()).isPresent();
    }

    /** The daemon, if it is alive. */
    public Optional<ProcessHandle> daemon() {
        return recorded().filter(this::isBelieved);
    }

    /** Whoever can write the record can have only processes of his own ended by it. */
    private boolean isBelieved(ProcessHandle daemon) {
        return ownerOf(daemon).stream().anyMatch(user -> PrivateDirectory.isOf(user, file.resolveSibling("")));
    }

    private Optional<ProcessHandle> recorded() {
        List<String> words = words();
        try {
            return words.size() == 2
                    ? ProcessHandle.of(Long.parseLong(words.get(0)))
                            .filter(process -> isStart(words.get(1), process))
                            .filter(MountRecord::runs)
                    : Optional.empty();
        } catch (NumberFormatException damaged) {
            return Optional.empty();
        }
    }

    /**
     * Deletes it, with the socket of the daemon that has written it; unless another daemon has written it since: the
     * mount point may have been used again at once.
     */
    public void delete() throws IOException {
        if (daemon().filter(daemon -> daemon.pid() != ProcessHandle.current().pid())
                .isEmpty()) {
            deleteSocket();
            Files.deleteIfExists(file);
        }
    }

    private void deleteSocket() throws IOException {
        for (String word : words().stream().limit(1).toList()) {
            if (word.matches("[0-9]{1,9}")) {
                Files.deleteIfExists(socket(Long.parseLong(word)));
            }
        }
    }

    private List<String> words() {
        try {
            return List.of(Files.readString(file).strip().split(" ", -1));
        } catch (IOException missingOrDamaged) {
            return List.of();
        }
    }

    /** Daemons of earlier versions have written seconds of the wall clock, which are believed while nobody sets it. */
    private static boolean isStart(String word, ProcessHandle process) {
        return word.contains(ProcessStat.SEPARATOR)
                ? ProcessStat.of(process)
                        .filter(stat -> stat.start().equals(word))
                        .isPresent()
                : process.info()
                        .startInstant()
                        .filter(start -> Long.toString(start.getEpochSecond()).equals(word))
                        .isPresent();
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
