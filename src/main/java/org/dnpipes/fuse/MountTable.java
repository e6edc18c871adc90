package org.dnpipes.fuse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the kernel says is mounted, from /proc/self/mountinfo; see proc(5). */
public final class MountTable {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    /** Fields of a line, counted from 0. Optional ones follow, then a dash, the type, the source and more options. */
    private static final int ID = 0;

    private static final int DEVICE = 2;
    private static final int MOUNTPOINT = 4;

    /**
     * One mount.
     *
     * @param id the kernel's number for it, never used twice at the same time
     * @param device major:minor of the device
     * @param mountpoint the absolute path
     * @param type the file system's type, such as {@code fuse.dnpipes}
     * @param source what is mounted, as shown by df
     */
    public record Entry(int id, String device, Path mountpoint, String type, String source) {

        /** The number of a FUSE connection under /sys/fs/fuse/connections. */
        String connection() {
            return device.substring(device.indexOf(':') + 1);
        }
    }

    private MountTable() {}

    /** The mount that is uppermost at {@code mountpoint}, if there is one. Never touches the mounted file system. */
    public static Optional<Entry> at(Path mountpoint) {
        return entries().stream().filter(e -> e.mountpoint().equals(mountpoint)).reduce((lower, upper) -> upper);
    }

    static boolean isMounted(int id) {
        return entries().stream().anyMatch(e -> e.id() == id);
    }

    private static List<Entry> entries() {
        try {
            return parse(Files.readString(MOUNTINFO, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Entry> parse(String mountinfo) {
        return mountinfo.lines().map(MountTable::entry).toList();
    }

    private static Entry entry(String line) {
        List<String> fields = List.of(line.split(" ", -1));
        int dash = fields.indexOf("-");
        return new Entry(
                Integer.parseInt(fields.get(ID)),
                fields.get(DEVICE),
                Path.of(unescape(fields.get(MOUNTPOINT))),
                fields.get(dash + 1),
                unescape(fields.get(dash + 2)));
    }

    /** Blanks, tabs, line feeds and backslashes stand there as three octal digits. */
    private static String unescape(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
