package org.dnpipes.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel knows of a process whatever the wall clock is set to; see proc_pid_stat(5).
 *
 * @param state as R for one that runs
 * @param ticks when it started, in clock ticks since the machine did
 */
record ProcessStat(String state, String ticks) {
    /** In what {@link #start} says. */
    static final String SEPARATOR = "@";

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    /** Counted from behind the command's name. */
    private static final int STATE = 0;

    private static final int START = 19;

    /** Of a process, as long as it is there. */
    static Optional<ProcessStat> of(ProcessHandle process) {
        try {
            return Optional.of(parse(Files.readString(
                    Path.of("/proc", String.valueOf(process.pid()), "stat"), StandardCharsets.ISO_8859_1)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The name stands in parentheses, and may hold any character, more of them too. */
    static ProcessStat parse(String stat) {
        List<String> fields =
                List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1));
        return new ProcessStat(fields.get(STATE), fields.get(START));
    }

    /** Whether nothing is left of it but what its parent has not asked for yet. */
    boolean hasEnded() {
        return state.equals("Z");
    }

    /** A word that together with its id tells it from all other processes. */
    String start() {
        try {
            return ticks + SEPARATOR + Files.readString(BOOT).strip();
        } catch (IOException e) {
            return ticks + SEPARATOR;
        }
    }
}
