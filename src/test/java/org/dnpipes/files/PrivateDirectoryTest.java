package org.dnpipes.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivateDirectoryTest {
    private static final int NOBODY = 65534;

    @TempDir
    private Path temp;

    @Test
    void whatIsMadeIsForTheOwnerAlone() throws IOException {
        Path made = PrivateDirectory.create(temp.resolve("a/b"));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("a"))));
        assertTrue(PrivateDirectory.exists(made));
    }

    @Test
    void whatIsThereStaysAsItIsIfOthersCannotWrite() throws IOException {
        Path there = made("rwxr-xr-x");
        PrivateDirectory.create(there);
        assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(there)));
    }

    @Test
    void whereOthersCanWriteIsRefused() throws IOException {
        for (String permissions : new String[] {"rwxrwx---", "rwx-w----", "rwx----w-", "rwxrwxrwx"}) {
            Path there = made(permissions);
            DirectoryFailure failure = assertThrows(DirectoryFailure.class, () -> PrivateDirectory.create(there));
            assertEquals("others can write to the directory " + there + "; chmod go-w " + there, failure.getMessage());
            assertFalse(PrivateDirectory.exists(there));
            Files.delete(there);
        }
    }

    @Test
    void anotherUsersIsRefused() throws IOException {
        Path there = made("rwx------");
        assumeTrue(Files.getAttribute(there, "unix:uid").equals(0), "only root can give files away");
        Files.setAttribute(there, "unix:uid", NOBODY);
        DirectoryFailure failure = assertThrows(DirectoryFailure.class, () -> PrivateDirectory.create(there));
        assertTrue(String.valueOf(failure.getMessage()).contains(there + " belongs to "), failure.getMessage());
        assertFalse(PrivateDirectory.exists(there));
    }

    @Test
    void anotherUsersLinkIsRefusedWhereverItLeads() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), made("rwx------"));
        PrivateDirectory.create(link);
        assumeTrue(Files.getAttribute(link, "unix:uid").equals(0), "only root can give files away");
        new ProcessBuilder("chown", "-h", String.valueOf(NOBODY), link.toString())
                .start()
                .onExit()
                .join();
        assertThrows(DirectoryFailure.class, () -> PrivateDirectory.create(link));
        assertFalse(PrivateDirectory.exists(link));
    }

    @Test
    void aFileInItsPlaceIsSaid() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        DirectoryFailure failure = assertThrows(DirectoryFailure.class, () -> PrivateDirectory.create(file));
        assertEquals(file + " is not a directory; move it away", failure.getMessage());
        assertFalse(PrivateDirectory.exists(temp.resolve("missing")));
    }

    private Path made(String permissions) throws IOException {
        Path there = Files.createDirectory(temp.resolve("there"));
        return Files.setPosixFilePermissions(there, PosixFilePermissions.fromString(permissions));
    }
}
