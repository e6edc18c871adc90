package org.dnpipes.fuse;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BootTimeTest {
    /** /proc/uptime counts the time of suspension, too. */
    @Test
    void isTheTimeSinceTheMachineWasStarted() throws IOException {
        BootTime time = new BootTime();
        double before = uptime();
        double asked = time.nanos() / 1e9;
        double after = uptime();
        assertTrue(before - 0.02 <= asked && asked <= after + 0.02, before + " <= " + asked + " <= " + after);
    }

    @Test
    void goesForward() {
        BootTime time = new BootTime();
        long last = time.nanos();
        for (int i = 0; i < 10_000; i++) {
            long next = time.nanos();
            assertTrue(next >= last);
            last = next;
        }
    }

    private static double uptime() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", -1)[0]);
    }
}
