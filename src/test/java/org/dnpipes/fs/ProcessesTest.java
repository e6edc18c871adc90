package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What /proc tells, asked about this very process. */
class ProcessesTest {
    private static final int SELF = (int) ProcessHandle.current().pid();

    private final Processes processes = new Processes();

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void makeFile() throws IOException {
        path = Files.createFile(directory.toRealPath().resolve("p"));
    }

    private Processes.File file() throws IOException {
        return new Processes.File(path, (Long) Files.getAttribute(path, "unix:ino"));
    }

    /** major:minor of the device that holds the file. */
    private String device() throws IOException {
        FileStore store = Files.getFileStore(path);
        String mountpoint = store.toString().substring(0, store.toString().indexOf(" ("));
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields[4].equals(mountpoint))
                .reduce((lower, upper) -> upper)
                .orElseThrow()[2];
    }

    @Test
    void fileThatIsOpenForWritingIsSeen() throws IOException {
        assertFalse(processes.hasOpen(SELF, file()));
        try (OutputStream open = Files.newOutputStream(path)) {
            assertTrue(processes.hasOpen(SELF, file()), open.toString());
            processes.device(device());
            assertTrue(processes.hasOpen(SELF, file()));
        }
        assertFalse(processes.hasOpen(SELF, file()));
    }

    @Test
    void fileOfTheSameNameOnAnotherDeviceDoesNotCount() throws IOException {
        processes.device("0:99999");
        try (OutputStream open = Files.newOutputStream(path)) {
            assertFalse(processes.hasOpen(SELF, file()), open.toString());
        }
    }

    @Test
    void otherFileOfTheSameNameDoesNotCount() throws IOException {
        Path other = Files.createFile(
                Files.createDirectory(directory.resolve("other")).resolve("p"));
        processes.device(device());
        try (OutputStream open = Files.newOutputStream(other)) {
            assertFalse(processes.hasOpen(SELF, file()), open.toString());
        }
    }

    @Test
    void fileThatIsOpenForReadingOnlyDoesNotCount() throws IOException {
        try (InputStream open = Files.newInputStream(path)) {
            assertFalse(processes.hasOpen(SELF, file()), open.toString());
        }
    }

    @Test
    void processThatCannotBeFoundOutMayHaveIt() throws IOException {
        assertTrue(processes.hasOpen(0, file()));
        assertFalse(processes.hasOpen(Integer.MAX_VALUE, file()));
    }

    @Test
    void processOfAThreadIsFound() {
        assertEquals(OptionalInt.of(SELF), processes.processOf(SELF));
        assertEquals(OptionalInt.empty(), processes.processOf(0));
        assertEquals(OptionalInt.empty(), processes.processOf(Integer.MAX_VALUE));
    }

    /** While a process is stopped all its signals stay pending, but for SIGKILL. */
    @Test
    void onlyASignalThatEndsTheProcessIsFatal() throws Exception {
        Process process = new ProcessBuilder(
                        "sh", "-c", "trap : USR1; trap '' USR2; echo; exec 1>&-; while :; do :; done")
                .start();
        int pid = (int) process.pid();
        try {
            process.getInputStream().readAllBytes();
            assertFalse(processes.hasFatalSignal(pid));
            send("STOP", pid);
            for (String harmless : List.of("USR1", "USR2", "CHLD", "WINCH", "TSTP")) {
                send(harmless, pid);
                assertFalse(processes.hasFatalSignal(pid), harmless);
            }
            send("TERM", pid);
            assertTrue(processes.hasFatalSignal(pid));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void send(String signal, int pid) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + signal, Integer.toString(pid))
                        .start()
                        .waitFor());
    }

    @Test
    void signalOfAThreadThatCannotBeFoundOutMayBeFatal() {
        assertTrue(processes.hasFatalSignal(0));
        assertTrue(processes.hasFatalSignal(Integer.MAX_VALUE));
    }
}
