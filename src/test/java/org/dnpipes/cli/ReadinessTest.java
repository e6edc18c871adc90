package org.dnpipes.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test
    void inFrontNothingIsSaid() {
        Readiness readiness = new Readiness(new PrintStream(said, true, UTF_8), false);
        assertTrue(readiness.ready());
        readiness.exit(1);
        assertEquals("", said.toString(UTF_8));
    }

    @Test
    void theLauncherIsToldTheStatus() {
        new Readiness(new PrintStream(said, true, UTF_8), true).exit(2);
        assertEquals("@dnpipes exit 2\n", said.toString(UTF_8));
    }

    @Test
    void aLauncherThatIsGoneIsNoticed() {
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        PrintStream out = System.out;
        PrintStream err = System.err;
        try {
            assertFalse(new Readiness(new PrintStream(gone, true, UTF_8), true).ready());
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    @Test
    void pathsAreTheCallers() {
        assertEquals(Path.of("/home/me/pipes"), new CallerPath("/home/me").convert("pipes"));
        assertEquals(Path.of("/mnt"), new CallerPath("/home/me").convert("/mnt"));
        assertEquals(Path.of("pipes").toAbsolutePath(), new CallerPath(null).convert("pipes"));
    }
}
