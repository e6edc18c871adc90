package org.dnpipes.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;

/**
 * Signals that make processes stand still and go on, numbered as on Linux.
 *
 * <p>They are sent by kill(2) itself. The program kill would begin as a copy of this process, close the files that a
 * load has open, and so wait for what is to go on.
 */
enum Signal {
    STOP(19),
    CONT(18);

    private static final C LIBRARY =
            LibraryLoader.create(C.class).option(LibraryOption.SaveError, true).load("c");

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /** @throws IllegalStateException if there is no such process */
    void send(ProcessHandle process) {
        if (LIBRARY.kill((int) process.pid(), number) != 0) {
            throw new IllegalStateException("SIG" + this + " could not be sent to process " + process.pid());
        }
    }

    /** Whether its first thread stands still; the others do so at the same time, unless the kernel is busy for them. */
    static boolean isStopped(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
            // The name before it is in parentheses, and may have some of its own (proc(5)).
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public interface C {
        int kill(int pid, int signal);
    }
}
