package org.dnpipes.fs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What /proc tells about the processes that use the file system; see proc(5). Only asked when the answer matters, since
 * it costs some system calls. A process in another pid namespace has no id here (0) and tells nothing.
 */
class Processes {
    private static final Path PROC = Path.of("/proc");

    /** PF_SIGNALED: the task ends because of a signal. */
    private static final long PF_SIGNALED = 0x400;

    /** The field of /proc/PID/stat with the kernel's flags, counted from behind the command's name. */
    private static final int FLAGS_FIELD = 6;

    /** The process that the thread {@code tid} belongs to, if it can be found out. */
    OptionalInt processOf(int tid) {
        if (tid <= 0) {
            return OptionalInt.empty();
        }
        try {
            return Files.readAllLines(PROC.resolve(tid + "/status")).stream()
                    .filter(line -> line.startsWith("Tgid:"))
                    .mapToInt(line ->
                            Integer.parseInt(line.substring("Tgid:".length()).strip()))
                    .findFirst();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }

    /**
     * Whether {@code process} has {@code file} open, through whichever descriptor. True also if that cannot be found
     * out: then its last close has to be waited for.
     */
    boolean hasOpen(int process, Path file) {
        if (process <= 0) {
            return true;
        }
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(PROC.resolve(process + "/fd"))) {
            for (Path descriptor : descriptors) {
                if (pointsTo(descriptor, file)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return Files.exists(PROC.resolve(Integer.toString(process))) && !isExiting(process);
        }
    }

    /** Whether the thread {@code tid} is ending because of a signal: nobody will see what its last close returns. */
    boolean diesOfSignal(int tid) {
        return (flags(tid) & PF_SIGNALED) != 0;
    }

    private static boolean isExiting(int process) {
        long pfExiting = 0x4;
        return (flags(process) & pfExiting) != 0;
    }

    private static long flags(int tid) {
        if (tid <= 0) {
            return 0;
        }
        try {
            String stat = Files.readString(PROC.resolve(tid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(fields[FLAGS_FIELD]);
        } catch (IOException e) {
            return 0;
        }
    }

    private static boolean pointsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            return false;
        }
    }
}
