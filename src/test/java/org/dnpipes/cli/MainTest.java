package org.dnpipes.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.dnpipes.fake.Fuzz;
import org.dnpipes.mount.ClusterFailure;
import org.dnpipes.mount.Mounting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Command lines that need no cluster: how they end and what they say. */
class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Mounting mounting = request -> {
        throw new ClusterFailure("cannot mount " + request.mountpoint() + "\nat all");
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "--nonsense",
                "push",
                "push a/b/c",
                "push a b",
                "push --config",
                "pull --follow --snapshot t",
                "reset ..",
                "mount",
                "mount -o",
                "umount",
                "broker --port x",
                "broker extra",
                "--mode=nonsense --topic=t",
                "--mode=publisher",
                "--topic=t"
            })
    void aWrongCommandLineIsStatus2AndOneLineThatSaysWhereToLook(String arguments) {
        assertEquals(2, run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)));
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertTrue(err.toString().startsWith("dnpipes: "), err::toString);
        assertTrue(err.toString().contains(" --help'"), err::toString);
        assertEquals("", out.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "mount --help", "umount -h", "broker -h", "push -h", "pull -h", "reset -h"})
    void helpIsAnswered(String arguments) {
        assertEquals(0, run(arguments.split(" ", -1)));
        assertTrue(out.toString().contains("Usage: dnpipes"), out::toString);
        assertEquals("", err.toString());
    }

    @Test
    void theVersionIsAnswered() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString().startsWith("dnpipes "), out::toString);
    }

    @Test
    void aFailureIsStatus1AndOneLine() {
        assertEquals(1, run("mount", "-f", "/nowhere"));
        assertEquals("dnpipes: cannot mount /nowhere at all\n", err.toString());
    }

    @Test
    void wrongMountOptionsAreAWrongCommandLine() {
        mounting = request -> {
            throw new IllegalArgumentException("there is no option " + request.options());
        };
        assertEquals(2, run("mount", "-f", "-o", "a,b", "-o", "c", "/nowhere"));
        assertEquals("dnpipes: there is no option [a,b, c]; see 'dnpipes mount --help'\n", err.toString());
    }

    /** Also what a user has typed is shown as text, and as much of it as helps. */
    @Test
    void aMessageIsOneShortLineWhateverTheArgumentsAre() {
        Fuzz.rounds(random -> {
            err.getBuffer().setLength(0);
            String nonsense = Fuzz.text(random, "abc\r\n\t\u001b[0m\u0085 -=", random.nextInt(10) == 0 ? 100_000 : 50);
            List<String> commands = List.of("push", "pull", "reset", "mount", "umount", "--", "--mode=" + nonsense);
            assertEquals(2, run(Fuzz.oneOf(random, commands), "--nonsense=" + nonsense, nonsense, nonsense));
            Fuzz.assertIsOneLine(err.toString().stripTrailing());
        });
    }

    @Test
    void aMissingConfigurationFileIsStatus1() {
        assertEquals(1, run("pull", "--config", "/nowhere", "t"));
        assertEquals("dnpipes: there is no configuration file /nowhere\n", err.toString());
    }

    private int run(String... arguments) {
        Readiness readiness = new Readiness(new PrintStream(new ByteArrayOutputStream(), true, UTF_8), false);
        CommandLine commandLine = Main.commandLine(mounting, readiness)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
