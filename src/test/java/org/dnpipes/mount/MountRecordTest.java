package org.dnpipes.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountRecordTest {
    @TempDir
    private Path temp;

    private MountRecord mountRecord;

    @BeforeEach
    void of() {
        mountRecord = MountRecord.of(Path.of("/mnt/pipes"), Map.of("HOME", temp.toString()));
    }

    @Test
    void thisProcessIsFound() throws Exception {
        assertEquals(Optional.empty(), mountRecord.daemon());
        mountRecord.write();
        assertEquals(Optional.of(ProcessHandle.current()), mountRecord.daemon());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(mountRecord.file())));
        mountRecord.delete();
        assertEquals(Optional.empty(), mountRecord.daemon());
    }

    @Test
    void aProcessThatOnlyHasTheSameNumberIsNot() throws Exception {
        mountRecord.write();
        String[] words = Files.readString(mountRecord.file()).strip().split(" ", -1);
        Files.writeString(mountRecord.file(), words[0] + " 1" + words[1] + "\n");
        assertEquals(Optional.empty(), mountRecord.daemon());
    }

    @Test
    void whatIsWrittenDoesNotDependOnTheWallClock() throws Exception {
        mountRecord.write();
        String[] words = Files.readString(mountRecord.file()).strip().split(" ", -1);
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
        assertEquals(ProcessStat.parse(stat).ticks() + "@" + boot.strip(), words[1]);
    }

    @Test
    void recordsOfEarlierVersionsAreBelieved() throws Exception {
        mountRecord.write();
        ProcessHandle self = ProcessHandle.current();
        long start = self.info().startInstant().orElseThrow().getEpochSecond();
        Files.writeString(mountRecord.file(), self.pid() + " " + start + "\n");
        assertEquals(Optional.of(self), mountRecord.daemon());
        Files.writeString(mountRecord.file(), self.pid() + " " + (start - 1) + "\n");
        assertEquals(Optional.empty(), mountRecord.daemon());
    }

    @Test
    void theNameOfAProcessMayHoldAnything() {
        String stat = "12 (a) Z 1 (b) S 1 12 12 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 99 1\n";
        assertEquals(new ProcessStat("S", "4711"), ProcessStat.parse(stat));
    }

    @Test
    void aDamagedFileIsNoProcess() throws Exception {
        mountRecord.write();
        Files.writeString(mountRecord.file(), "12");
        assertEquals(Optional.empty(), mountRecord.daemon());
    }

    @Test
    void theRecordOfAnotherDaemonThatLivesIsNotDeleted() throws Exception {
        mountRecord.write();
        ProcessHandle other = ProcessHandle.current().parent().orElseThrow();
        long start = other.info().startInstant().orElseThrow().getEpochSecond();
        Files.writeString(mountRecord.file(), other.pid() + " " + start + "\n");
        mountRecord.delete();
        assertEquals(Optional.of(other), mountRecord.daemon());
        Files.writeString(mountRecord.file(), other.pid() + " " + (start - 1) + "\n");
        mountRecord.delete();
        assertEquals(false, Files.exists(mountRecord.file()));
    }

    @Test
    void theOwnRecordIsFoundForTheUserWhoMounted() throws Exception {
        mountRecord.write();
        int self = (int) Files.getAttribute(temp, "unix:uid");
        MountRecord found = MountRecord.find(Path.of("/mnt/pipes"), self, Map.of("HOME", temp.toString()));
        assertEquals(Optional.of(ProcessHandle.current()), found.daemon());
    }

    @Test
    void eachMountPointHasAFileOfItsOwn() {
        Map<String, String> environment = Map.of("HOME", temp.toString());
        assertNotEquals(
                MountRecord.of(Path.of("/mnt/a-b"), environment), MountRecord.of(Path.of("/mnt/a/b"), environment));
        Path log = MountRecord.log(Path.of("/mnt/a b/" + "ü".repeat(200)), environment);
        assertTrue(log.getFileName().toString().length() < 255);
        assertEquals(temp.resolve(".local/state/dnpipes"), log.getParent());
    }
}
