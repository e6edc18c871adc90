package org.dnpipes.fuse;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import org.dnpipes.fs.Errno;

/**
 * How many requests of each kind there were, and how many have failed with each errno. Counting takes no lock and
 * allocates nothing. Safe for use by many threads.
 */
final class RequestCounts {
    /** The opcodes of linux/fuse.h in lower case; what has no name here has not been seen with libfuse 2. */
    private static final Map<Integer, String> OPCODES = Map.ofEntries(
            Map.entry(Wire.LOOKUP, "lookup"),
            Map.entry(Wire.FORGET, "forget"),
            Map.entry(Wire.GETATTR, "getattr"),
            Map.entry(4, "setattr"),
            Map.entry(5, "readlink"),
            Map.entry(Wire.SYMLINK, "symlink"),
            Map.entry(Wire.MKNOD, "mknod"),
            Map.entry(Wire.MKDIR, "mkdir"),
            Map.entry(10, "unlink"),
            Map.entry(Wire.RMDIR, "rmdir"),
            Map.entry(Wire.RENAME, "rename"),
            Map.entry(Wire.LINK, "link"),
            Map.entry(Wire.OPEN, "open"),
            Map.entry(Wire.READ, "read"),
            Map.entry(Wire.WRITE, "write"),
            Map.entry(17, "statfs"),
            Map.entry(Wire.RELEASE, "release"),
            Map.entry(Wire.FSYNC, "fsync"),
            Map.entry(21, "setxattr"),
            Map.entry(Wire.GETXATTR, "getxattr"),
            Map.entry(23, "listxattr"),
            Map.entry(24, "removexattr"),
            Map.entry(Wire.FLUSH, "flush"),
            Map.entry(26, "init"),
            Map.entry(27, "opendir"),
            Map.entry(28, "readdir"),
            Map.entry(29, "releasedir"),
            Map.entry(30, "fsyncdir"),
            Map.entry(34, "access"),
            Map.entry(Wire.CREATE, "create"),
            Map.entry(Wire.INTERRUPT, "interrupt"),
            Map.entry(38, "destroy"),
            Map.entry(39, "ioctl"),
            Map.entry(Wire.POLL, "poll"),
            Map.entry(Wire.BATCH_FORGET, "batch_forget"),
            Map.entry(43, "fallocate"),
            Map.entry(Wire.RENAME2, "rename2"),
            Map.entry(46, "lseek"),
            Map.entry(Wire.COPY_FILE_RANGE, "copy_file_range"),
            Map.entry(52, "statx"));

    /** The last of each stands for all that are larger. */
    private final LongAdder[] requests = adders(64);

    private final LongAdder[] errors = adders(134);

    void received(int opcode) {
        at(requests, opcode).increment();
    }

    void failed(int errno) {
        at(errors, errno).increment();
    }

    Map<String, Long> requests() {
        return named(requests, opcode -> OPCODES.getOrDefault(opcode, "opcode_" + opcode));
    }

    Map<String, Long> errors() {
        return named(errors, RequestCounts::errnoName);
    }

    private static String errnoName(int number) {
        return Arrays.stream(Errno.values())
                .filter(errno -> errno.number() == number)
                .map(Errno::name)
                .findFirst()
                // What libfuse says by itself.
                .orElse(number == 38 ? "ENOSYS" : "errno_" + number);
    }

    private static LongAdder at(LongAdder[] adders, int number) {
        return adders[number >= 0 && number < adders.length ? number : adders.length - 1];
    }

    private static Map<String, Long> named(LongAdder[] adders, IntFunction<String> name) {
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < adders.length; i++) {
            long count = adders[i].sum();
            if (count > 0) {
                counts.put(name.apply(i), count);
            }
        }
        return counts;
    }

    private static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        Arrays.setAll(adders, i -> new LongAdder());
        return adders;
    }
}
