package org.dnpipes.fs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What /proc tells about the processes that use the file system; see proc(5). Only asked when the answer matters, since
 * it costs some system calls. A process in another pid namespace has no id here (0) and tells nothing.
 */
public class Processes {
    private static final Path PROC = Path.of("/proc");

    /** Signals of signal(7) that do not end a process unless it says so: ignored, or they stop it. A bit for each. */
    private static final long NOT_FATAL = bits(17, 18, 19, 20, 21, 22, 23, 28);

    /** PF_SIGNALED: the task ends because of a signal. */
    private static final long PF_SIGNALED = 0x400;

    /** The field of /proc/PID/stat with the kernel's flags, counted from behind the command's name. */
    private static final int FLAGS_FIELD = 6;

    /** So many bytes of /proc/PID/status have the process's number, behind a name and two numbers. */
    private static final int TGID_WITHIN = 512;

    /** Null before it is known. */
    private volatile @Nullable String device;

    /** The process that the thread {@code tid} belongs to, if it can be found out. */
    OptionalInt processOf(int tid) {
        if (tid <= 0) {
            return OptionalInt.empty();
        }
        try {
            return field(beginning(PROC.resolve(tid + "/status")), "Tgid")
                    .map(Integer::parseInt)
                    .map(OptionalInt::of)
                    .orElseGet(OptionalInt::empty);
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }

    /**
     * A file below the mount point.
     *
     * @param path by which it was opened
     */
    record File(Path path, long inode) {}

    /** @param number major:minor of what is mounted, as in /proc/self/mountinfo */
    void device(String number) {
        device = number;
    }

    /**
     * Whether {@code process} has {@code file} open for writing, through whichever descriptor. True also if that cannot
     * be found out: then its last close has to be waited for. A file of the same name in another mount does not count.
     */
    boolean hasOpen(int process, File file) {
        if (process <= 0) {
            return true;
        }
        Path directory = PROC.resolve(Integer.toString(process));
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(directory.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (pointsTo(directory, descriptor, file)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            return Files.exists(directory) && hasMemory(process);
        }
    }

    private boolean pointsTo(Path process, Path descriptor, File file) {
        try {
            Path link = Files.readSymbolicLink(descriptor);
            // Cheap, and true for hardly any: what is mounted elsewhere as well has another path but the same name.
            if (!file.path().getFileName().equals(link.getFileName())) {
                return false;
            }
            String info = read(process.resolve("fdinfo").resolve(descriptor.getFileName()));
            return isWritable(info)
                    && field(info, "ino").map(Long::parseLong).orElse(file.inode()) == file.inode()
                    && isOnDevice(process, field(info, "mnt_id").orElse(null), link.equals(file.path()));
        } catch (IOException e) {
            // It was closed meanwhile.
            return false;
        }
    }

    /** Every open asks: no more is read than is needed. */
    private static String beginning(Path status) throws IOException {
        try (InputStream in = Files.newInputStream(status)) {
            return new String(in.readNBytes(TGID_WITHIN), StandardCharsets.ISO_8859_1);
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    /** What a line of {@code content} says of {@code name}: "name:", white space, and that. */
    private static Optional<String> field(String content, String name) {
        // The file is not taken apart for one line of it.
        String start = name + ":";
        int line = content.startsWith(start) ? 0 : content.indexOf("\n" + start) + 1;
        int end = content.indexOf('\n', line);
        return !content.startsWith(start, line) || end < 0
                ? Optional.empty()
                : Optional.of(content.substring(line + start.length(), end).strip());
    }

    private static boolean isWritable(String info) {
        return new OpenFlags(Integer.parseInt(field(info, "flags").orElse("1"), 8)).writable();
    }

    /** Whether the mount is of our device; if that cannot be found out, whether the path is right. */
    private boolean isOnDevice(Path process, @Nullable String mount, boolean otherwise) throws IOException {
        String own = device;
        if (own == null || mount == null) {
            return otherwise;
        }
        return Files.readAllLines(process.resolve("mountinfo"), StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.split(" ", 4))
                .filter(fields -> fields[0].equals(mount))
                .findFirst()
                .map(fields -> fields[2].equals(own))
                .orElse(otherwise);
    }

    /**
     * Whether the thread {@code tid}, which is in close(2), is ending because of a signal: nobody will see what that
     * returns.
     *
     * <p>It may also be in execve(2), which closes files, and until then the kernel keeps everybody waiting who asks
     * for its flags: us, for whom it waits.
     */
    boolean diesOfSignal(int tid) {
        return !hasMemory(tid) && (flags(tid) & PF_SIGNALED) != 0;
    }

    /** A thread that ends gives up its memory before its files. */
    private static boolean hasMemory(int tid) {
        try {
            return tid > 0
                    && field(read(PROC.resolve(tid + "/status")), "VmSize").isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether the thread {@code tid} is about to end because of a signal that it neither catches, blocks nor ignores.
     * True also if that cannot be found out.
     */
    public boolean hasFatalSignal(int tid) {
        if (tid <= 0) {
            return true;
        }
        try {
            String status = read(PROC.resolve(tid + "/status"));
            long pending = signals(status, "SigPnd") | signals(status, "ShdPnd");
            long harmless = signals(status, "SigBlk") | signals(status, "SigIgn") | signals(status, "SigCgt");
            return (pending & ~harmless & ~NOT_FATAL) != 0;
        } catch (IOException e) {
            return true;
        }
    }

    private static long signals(String status, String set) {
        return Long.parseUnsignedLong(field(status, set).orElse("0"), 16);
    }

    private static long bits(int... signals) {
        return Arrays.stream(signals).mapToLong(signal -> 1L << (signal - 1)).sum();
    }

    private static long flags(int tid) {
        if (tid <= 0) {
            return 0;
        }
        try {
            String stat = Files.readString(PROC.resolve(tid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(fields[FLAGS_FIELD]);
        } catch (IOException e) {
            return 0;
        }
    }
}
