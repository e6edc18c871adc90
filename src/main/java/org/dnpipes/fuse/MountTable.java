package org.dnpipes.fuse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the kernel says is mounted, from /proc/self/mountinfo; see proc(5). */
public final class MountTable {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    /** Fields of a line, counted from 0. Optional ones follow, then a dash, the type, the source and more options. */
    private static final int ID = 0;

    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-3][0-7]{2})");

    /** How Java makes bytes of paths. */
    static final Charset PATHS = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private static final int DEVICE = 2;
    private static final int MOUNTPOINT = 4;
    private static final String OWNER = "user_id=";

    /**
     * One mount.
     *
     * @param id the kernel's number for it, never used twice at the same time
     * @param device major:minor of the device
     * @param mountpoint the absolute path
     * @param type the file system's type, such as {@code fuse.dnpipes}
     * @param source what is mounted, as shown by df
     * @param owner the user who mounted it, if it is a FUSE file system; else -1
     */
    public record Entry(int id, String device, Path mountpoint, String type, String source, int owner) {

        /** Whether these are mounted pipes. */
        public boolean isOurs() {
            return type.equals("fuse.dnpipes");
        }

        /** The device as well: a number may come again when its mount is gone. */
        private boolean isSame(Entry other) {
            return id == other.id && device.equals(other.device);
        }

        /** The number of a FUSE connection under /sys/fs/fuse/connections. */
        String connection() {
            return device.substring(device.indexOf(':') + 1);
        }
    }

    private MountTable() {}

    /** All mounted pipes, in the order in which they were mounted. */
    public static List<Entry> ours() {
        return entries().stream().filter(Entry::isOurs).toList();
    }

    /** The mount that is uppermost at {@code mountpoint}, if there is one. Never touches the mounted file system. */
    public static Optional<Entry> at(Path mountpoint) {
        return entries().stream().filter(e -> e.mountpoint().equals(mountpoint)).reduce((lower, upper) -> upper);
    }

    /**
     * Takes {@code mount} away at once, whoever uses it and whether it answers or not; nothing else that may have been
     * mounted there since. Takes some seconds at the most.
     *
     * @return why it could not be done, for the user; empty if it is gone
     */
    public static Optional<String> detach(Entry mount) {
        return new Unmount(mount).detach();
    }

    /** Whether the daemon of the pipes at {@code mountpoint} is gone. Asks it, and waits for what it says. */
    public static boolean isDead(Path mountpoint) {
        return new NativeMounts().isDead(mountpoint);
    }

    /**
     * Whether {@code mount} is still there, and not another one that has got its number. As long as nobody can tell,
     * for want of a file descriptor, it is.
     */
    public static boolean isMounted(Entry mount) {
        try {
            // A daemon looks every moment, on hosts with hundreds of mounts too: only its own line is taken apart.
            String start = mount.id() + " ";
            return entries(line -> line.startsWith(start)).stream().anyMatch(mount::isSame);
        } catch (UncheckedIOException e) {
            return true;
        }
    }

    /** Whether {@code mount} is what its path leads to: another one may hide it. */
    static boolean isUppermost(Entry mount) {
        return at(mount.mountpoint()).filter(mount::isSame).isPresent();
    }

    private static List<Entry> entries() {
        return entries(line -> true);
    }

    private static List<Entry> entries(Predicate<String> lines) {
        try {
            return parse(Files.readAllBytes(MOUNTINFO), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What those lines say for which {@code lines} holds. */
    static List<Entry> parse(byte[] mountinfo, Predicate<String> lines) {
        return new String(mountinfo, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(lines)
                .flatMap(line -> entry(line).stream())
                .toList();
    }

    /** @param line with a character for each byte. Empty for a path that Java has no way to name here. */
    private static Optional<Entry> entry(String line) {
        List<String> fields = List.of(line.split(" ", -1));
        int dash = fields.indexOf("-");
        try {
            return Optional.of(new Entry(
                    Integer.parseInt(fields.get(ID)),
                    fields.get(DEVICE),
                    Path.of(unescape(fields.get(MOUNTPOINT), PATHS)),
                    fields.get(dash + 1),
                    unescape(fields.get(dash + 2), StandardCharsets.UTF_8),
                    owner(fields.subList(dash + 3, fields.size()))));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static int owner(List<String> options) {
        return options.stream()
                .flatMap(several -> Stream.of(several.split(",")))
                .filter(option -> option.matches(OWNER + "[0-9]{1,9}"))
                .mapToInt(option -> Integer.parseInt(option.substring(OWNER.length())))
                .findFirst()
                .orElse(-1);
    }

    /** Blanks, backslashes and some others stand there as three octal digits, each for a byte. */
    private static String unescape(String text, Charset charset) {
        byte[] bytes = ESCAPE.matcher(text)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 8))))
                .getBytes(StandardCharsets.ISO_8859_1);
        return new String(bytes, charset);
    }
}
