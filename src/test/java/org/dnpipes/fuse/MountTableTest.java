package org.dnpipes.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dnpipes.fuse.MountTable.Entry;
import org.junit.jupiter.api.Test;

class MountTableTest {

    private static List<Entry> parse(String mountinfo) {
        return MountTable.parse(mountinfo.getBytes(UTF_8), line -> true);
    }

    @Test
    void lineIsAnEntry() {
        String line = "36 35 98:7 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n";
        assertEquals(List.of(new Entry(36, "98:7", Path.of("/mnt2"), "ext3", "/dev/root", -1)), parse(line));
        assertEquals("7", parse(line).get(0).connection());
    }

    @Test
    void whoMountedIsKnownOfFuse() {
        String line = "90 35 0:77 / /mnt rw - fuse.dnpipes a:1 rw,user_id=1000,group_id=1000,allow_other\n";
        assertEquals(1000, parse(line).get(0).owner());
    }

    @Test
    void thereMayBeNoneOrSeveralOptionalFields() {
        String lines = """
                1 0 0:1 / /a rw - tmpfs none rw
                2 0 0:2 / /b rw shared:5 master:7 propagate_from:2 - tmpfs none rw
                """;
        assertEquals(
                List.of("/a tmpfs none", "/b tmpfs none"),
                parse(lines).stream()
                        .map(e -> e.mountpoint() + " " + e.type() + " " + e.source())
                        .toList());
    }

    @Test
    void blanksTabsLineFeedsAndBackslashesAreEscaped() {
        String line = "1 0 0:9 / /a\\040b\\011c\\012d\\134e rw - fuse.dnpipes host:9092\\040x rw\n";
        Entry entry = parse(line).get(0);
        assertEquals(Path.of("/a b\tc\nd\\e"), entry.mountpoint());
        assertEquals("host:9092 x", entry.source());
        assertTrue(entry.isOurs());
    }

    @Test
    void escapedBackslashBeforeDigitsIsABackslash() {
        String line = "1 0 0:9 / /a\\134040b rw - fuse.dnpipes x rw\n";
        assertEquals(Path.of("/a\\040b"), parse(line).get(0).mountpoint());
    }

    @Test
    void otherMountsAreNotOurs() {
        assertFalse(parse("1 0 0:9 / /a rw - fuse.sshfs x rw\n").get(0).isOurs());
    }

    @Test
    void rootIsMountedAndWhatIsNowhereIsNot() {
        assertTrue(MountTable.at(Path.of("/")).isPresent());
        assertEquals(Optional.empty(), MountTable.at(Path.of("/nowhere/at/all")));
    }

    @Test
    void mountIsThereAsLongAsItsNumberAndDeviceAre() {
        Entry root = MountTable.at(Path.of("/")).orElseThrow();
        assertTrue(MountTable.isMounted(root));
        assertTrue(MountTable.isUppermost(root));
        Entry before = new Entry(root.id(), "0:99999", root.mountpoint(), root.type(), root.source(), -1);
        assertFalse(MountTable.isMounted(before));
        assertFalse(MountTable.isUppermost(before));
        assertFalse(
                MountTable.isMounted(new Entry(-1, root.device(), root.mountpoint(), root.type(), root.source(), -1)));
    }

    /** The kernel escapes bytes: of a number sign, and in a C locale of everything that is not ASCII. */
    @Test
    void escapesAreBytesOfWhateverValue() {
        String line = "1 0 0:9 / /a rw - fuse.dnpipes h\\303\\266st\\043\u00e4 rw\n";
        assertEquals("h\u00f6st#\u00e4", parse(line).get(0).source());
    }

    @Test
    void pathsNeedNotBeAscii() {
        assumeTrue(System.getProperty("sun.jnu.encoding", "").equals("UTF-8"));
        String line = "1 0 0:9 / /f\u00fcr\\040\\303\\274 rw - fuse.dnpipes x rw\n";
        assertEquals(Path.of("/f\u00fcr \u00fc"), parse(line).get(0).mountpoint());
    }

    /** Another's mount must not hide ours, whatever it is called. */
    @Test
    void mountWhoseNameJavaCannotTellIsLeftOut() {
        byte[] line = "1 0 0:9 / /a\\000b rw - tmpfs x rw\n2 0 0:8 / /c rw - tmpfs y rw\n".getBytes(UTF_8);
        assertEquals(
                List.of(2),
                MountTable.parse(line, any -> true).stream().map(Entry::id).toList());
    }
}
