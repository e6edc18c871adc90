package org.dnpipes.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dnpipes.mount.MountOptions.InvalidOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountOptionsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "defaults,rw,auto,noauto,user,users,owner,group,_netdev,nofail,async,suid,nosuid,dev,nodev,exec",
                "user=ann,uhelper=x,comment=what you like",
                "x-systemd.automount,x-systemd.idle-timeout=1min,X-mount.mkdir=0755,x-gvfs-show",
                "atime,noatime,relatime,strictatime,lazytime,silent,mand,dirsync,nosymfollow",
                "comment=\"with, commas\",rw,x-what=\"a,b\""
            })
    void whatFstabSaysToAnyFileSystemMeansNothing(String generic) {
        assertEquals(MountOptions.parse(List.of()), MountOptions.parse(List.of(generic)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nonsense", "nonsense=1", "ro=1", "ro\\", "rw\\,ro", "timeout", "users=ann", "x", "remount"})
    void anythingElseIsAnError(String wrong) {
        assertThrows(InvalidOption.class, () -> MountOptions.parse(List.of("rw", wrong)));
    }

    @Test
    void aValueInQuotesMayHoldCommas() {
        assertEquals(
                List.of("fsname=a:1", "subtype=dnpipes", "ro", "context=\"u:o:t:s0:c1\\,c2\""),
                MountOptions.parse(List.of("context=\"u:o:t:s0:c1,c2\",ro"))
                        .fuse()
                        .words("a:1"));
    }

    @Test
    void sloppyIgnoresWhatDoesNotExistButNoWrongValue() {
        MountOptions options = MountOptions.parse(List.of("nonsense,ro", "more=nonsense,sloppy"));
        assertTrue(options.fs().readOnly());
        assertThrows(InvalidOption.class, () -> MountOptions.parse(List.of("sloppy,timeout=never")));
        assertThrows(InvalidOption.class, () -> MountOptions.parse(List.of("sloppy,remount")));
    }

    @Test
    void theSourceIsTheBrokersOrWhatFsnameSays() {
        assertEquals(
                List.of("fsname=a:1\\,b:2", "subtype=dnpipes"),
                MountOptions.parse(List.of()).fuse().words("a:1,b:2"));
        assertEquals(
                List.of("fsname=c:3\\,d:4", "subtype=dnpipes", "ro"),
                MountOptions.parse(List.of("fsname=c:3\\,d:4,ro")).fuse().words("a:1"));
    }

    @Test
    void othersHaveAccessOnlyWithModesChecked() {
        assertFalse(MountOptions.parse(List.of()).fuse().allowOther());
        assertEquals(
                List.of("fsname=a:1", "subtype=dnpipes", "noexec", "allow_other", "default_permissions", "context=u:o"),
                MountOptions.parse(List.of("allow_other,noexec,context=u:o"))
                        .fuse()
                        .words("a:1"));
    }
}
