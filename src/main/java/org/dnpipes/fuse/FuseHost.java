package org.dnpipes.fuse;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether this host has what a mount needs. */
public final class FuseHost {
    private static final Path DEVICE = Path.of("/dev/fuse");
    private static final Path CONFIGURATION = Path.of("/etc/fuse.conf");
    private static final int SET_UID = 04000;

    private final Map<String, String> environment;

    public FuseHost(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * The version of libfuse, such as 2.9.
     *
     * @throws MountFailure with a sentence that says what to install, if it cannot be loaded
     */
    public String libfuse() {
        int version = NativeFuse.load().fuse.fuse_version();
        return version / 10 + "." + version % 10;
    }

    /** Why the device cannot be used, with the remedy; empty if it can. */
    public Optional<String> deviceProblem() {
        try {
            FileChannel.open(DEVICE, READ, WRITE).close();
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.of("there is no " + DEVICE + "; load the module with modprobe fuse, and give a container"
                    + " --device " + DEVICE + " --cap-add SYS_ADMIN");
        } catch (AccessDeniedException e) {
            return Optional.of(
                    DEVICE + " cannot be opened by this user; make it mode 0666, or add the user to its" + " group");
        } catch (IOException e) {
            return Optional.of(DEVICE + " cannot be opened (" + e.getMessage() + "); a container needs --device "
                    + DEVICE + " --cap-add SYS_ADMIN");
        }
    }

    /** Where fusermount is, if it is in the PATH. */
    public Optional<Path> fusermount() {
        List<String> path = List.of(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1));
        return Stream.of("fusermount", "fusermount3")
                .flatMap(name -> path.stream()
                        .filter(directory -> !directory.isEmpty())
                        .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Whether users other than root can mount with that fusermount. */
    public static boolean isSetUid(Path fusermount) {
        try {
            Map<String, Object> file = Files.readAttributes(fusermount, "unix:mode,uid");
            return file.get("mode") instanceof Integer mode
                    && (mode & SET_UID) != 0
                    && Integer.valueOf(0).equals(file.get("uid"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether users other than root may mount with the option allow_other. */
    public static boolean allowsOthers() {
        try (Stream<String> lines = Files.lines(CONFIGURATION)) {
            return lines.anyMatch(line -> line.strip().equals("user_allow_other"));
        } catch (IOException e) {
            return false;
        }
    }
}
