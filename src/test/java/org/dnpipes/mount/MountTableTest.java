package org.dnpipes.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MountTableTest {
    private static final List<String> MOUNTINFO = List.of(
            "21 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw",
            "90 21 0:40 / /home/me/pipes rw,nosuid shared:50 master:2 - fuse.dnpipes dnpipes rw,user_id=0",
            "91 21 0:41 / /mnt/with\\040space rw - fuse.dnpipes dnpipes rw",
            "92 21 0:42 / /mnt/over rw - ext4 /dev/vdb rw",
            "93 92 0:43 / /mnt/over rw - fuse.dnpipes dnpipes rw");

    @Test
    void theTypeStandsBehindFieldsOfAnyNumber() {
        assertEquals(Optional.of("fuse.dnpipes"), typeAt("/home/me/pipes"));
        assertEquals(Optional.of("ext4"), typeAt("/"));
    }

    @Test
    void whatIsNotMountedHasNone() {
        assertEquals(Optional.empty(), typeAt("/home/me"));
        assertEquals(Optional.empty(), typeAt("/home/me/pipes/p"));
    }

    @Test
    void spacesAreEscaped() {
        assertEquals(Optional.of("fuse.dnpipes"), typeAt("/mnt/with space"));
    }

    @Test
    void theLastMountCounts() {
        assertEquals(Optional.of("fuse.dnpipes"), typeAt("/mnt/over"));
    }

    @Test
    void theKernelsOwnListIsRead() throws Exception {
        assertEquals(Optional.of("proc"), MountTable.typeAt(Path.of("/proc")));
    }

    private static Optional<String> typeAt(String path) {
        return MountTable.typeAt(Path.of(path), MOUNTINFO);
    }
}
