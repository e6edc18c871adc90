package org.dnpipes.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the kernel says is mounted: /proc/self/mountinfo, see proc_pid_mountinfo(5). */
public final class MountTable {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
    private static final int MOUNTPOINT = 4;

    private MountTable() {}

    /** The type of what is mounted there, of the last if several are; {@code fuse.dnpipes} for ours. */
    public static Optional<String> typeAt(Path mountpoint) throws IOException {
        // Names are bytes; ISO 8859-1 keeps each as it is.
        return typeAt(mountpoint, Files.readAllLines(MOUNTINFO, StandardCharsets.ISO_8859_1));
    }

    static Optional<String> typeAt(Path mountpoint, List<String> mountinfo) {
        String wanted = escaped(mountpoint);
        return mountinfo.stream()
                .map(line -> line.split(" ", -1))
                .filter(words -> words.length > MOUNTPOINT && words[MOUNTPOINT].equals(wanted))
                .map(MountTable::type)
                .reduce((before, last) -> last);
    }

    /** Optional fields of any number come before the dash, the type behind it. */
    private static String type(String[] words) {
        int dash = Arrays.asList(words).indexOf("-");
        return dash >= 0 && dash + 1 < words.length ? words[dash + 1] : "";
    }

    private static String escaped(Path path) {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
    }
}
