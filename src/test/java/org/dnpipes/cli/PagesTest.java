package org.dnpipes.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.dnpipes.mount.KnownOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {
    @TempDir
    Path share;

    @Test
    void everyCommandAndMountOptionIsInThePagesAndCompletions() throws IOException {
        Pages.write(share, "1.0", LocalDate.of(2026, 1, 31));
        String root = Files.readString(share.resolve("man/man1/dnpipes.1"));
        for (String command : List.of("mount", "umount", "list", "status", "doctor", "log-level", "push", "pull")) {
            assertTrue(root.contains(".It Xr dnpipes-" + command + " 1\n"), command);
            assertTrue(Files.exists(share.resolve("man/man1/dnpipes-" + command + ".1")), command);
        }
        String helper = Files.readString(share.resolve("man/man8/mount.dnpipes.8"));
        String bash = Files.readString(share.resolve("bash-completion/completions/dnpipes"));
        for (KnownOption option : KnownOption.ALL) {
            assertTrue(helper.contains(".It Cm " + option.name()), option.name());
            assertTrue(bash.contains(option.name().replace("topic.NAME", "topic.")), option.name());
        }
    }
}
