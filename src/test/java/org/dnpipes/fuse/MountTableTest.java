package org.dnpipes.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dnpipes.fuse.MountTable.Entry;
import org.junit.jupiter.api.Test;

class MountTableTest {

    @Test
    void lineIsAnEntry() {
        String line = "36 35 98:7 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n";
        assertEquals(List.of(new Entry(36, "98:7", Path.of("/mnt2"), "ext3", "/dev/root")), MountTable.parse(line));
        assertEquals("7", MountTable.parse(line).get(0).connection());
    }

    @Test
    void thereMayBeNoneOrSeveralOptionalFields() {
        String lines = """
                1 0 0:1 / /a rw - tmpfs none rw
                2 0 0:2 / /b rw shared:5 master:7 propagate_from:2 - tmpfs none rw
                """;
        assertEquals(
                List.of("/a tmpfs none", "/b tmpfs none"),
                MountTable.parse(lines).stream()
                        .map(e -> e.mountpoint() + " " + e.type() + " " + e.source())
                        .toList());
    }

    @Test
    void blanksTabsLineFeedsAndBackslashesAreEscaped() {
        String line = "1 0 0:9 / /a\\040b\\011c\\012d\\134e rw - fuse.dnpipes host:9092\\040x rw\n";
        Entry entry = MountTable.parse(line).get(0);
        assertEquals(Path.of("/a b\tc\nd\\e"), entry.mountpoint());
        assertEquals("host:9092 x", entry.source());
        assertTrue(entry.isOurs());
    }

    @Test
    void escapedBackslashBeforeDigitsIsABackslash() {
        String line = "1 0 0:9 / /a\\134040b rw - fuse.dnpipes x rw\n";
        assertEquals(Path.of("/a\\040b"), MountTable.parse(line).get(0).mountpoint());
    }

    @Test
    void otherMountsAreNotOurs() {
        assertFalse(
                MountTable.parse("1 0 0:9 / /a rw - fuse.sshfs x rw\n").get(0).isOurs());
    }

    @Test
    void rootIsMountedAndWhatIsNowhereIsNot() {
        assertTrue(MountTable.at(Path.of("/")).isPresent());
        assertEquals(Optional.empty(), MountTable.at(Path.of("/nowhere/at/all")));
    }

    @Test
    void numberOfAMountTellsWhetherItIsThere() {
        assertTrue(
                MountTable.isMounted(MountTable.at(Path.of("/")).orElseThrow().id()));
        assertFalse(MountTable.isMounted(-1));
    }
}
