package org.dnpipes.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.fs.FileSystem;
import org.dnpipes.fs.FsOptions;
import org.dnpipes.pipe.Engine;
import org.dnpipes.pipe.IndexStore;
import org.dnpipes.pipe.LocalPresence;
import org.dnpipes.pipe.PipeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel, libfuse and real processes on top of a cluster in memory. */
@Timeout(120)
class MountedPipesTest {
    private static final int PATIENCE_S = 20;

    private final List<Process> started = new ArrayList<>();
    private final FakeCluster cluster = new FakeCluster();
    private Path mountpoint;
    private FileSystem fs;
    private Session session;

    @BeforeEach
    void mount() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "no FUSE here");
        mountpoint = Files.createTempDirectory("dnpipes-test").toRealPath();
        Engine engine =
                new Engine(cluster.catalog(), cluster.source(), cluster.sink(), new LocalPresence(), IndexStore.NONE);
        FsOptions options =
                new FsOptions(FsOptions.End.WRITERS, false, true, true, false, 0, 0, 022, Duration.ofSeconds(10));
        fs = new FileSystem(mountpoint, engine, options);
        session = Session.mount(mountpoint, List.of("fsname=fake", "subtype=dnpipes"), fs);
    }

    @AfterEach
    void unmount() throws Exception {
        try {
            started.forEach(Process::destroyForcibly);
            if (fs != null) {
                fs.close();
            }
            if (session != null) {
                session.close();
            }
            cluster.close();
            for (Process process : started) {
                assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS), "a process cannot be killed");
            }
        } finally {
            if (mountpoint != null) {
                MountTable.at(mountpoint).ifPresent(MountTable::detach);
                Files.delete(mountpoint);
            }
        }
    }

    /** A shell that runs {@code script} in the mount. */
    private Process start(String script) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", script)
                .directory(mountpoint.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .start();
        started.add(process);
        return process;
    }

    private static int await(Process process) throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS), "the process does not end");
        return process.exitValue();
    }

    /** What a process has printed that prints little. */
    private static String output(Process process) throws Exception {
        assertEquals(0, await(process));
        return text(process);
    }

    private static String text(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    private String run(String script) throws Exception {
        return output(start(script));
    }

    @Test
    void echoPushesAMessageAndCatReadsAll() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        assertEquals("", run("echo one > p; printf two > p; printf 'th' > p"));
        assertEquals(List.of("one", "two", "th"), cluster.lines(pipe));
        assertEquals("one\ntwo\nth\n", run("cat p"));
    }

    @Test
    void redirectionMakesAPipe() throws Exception {
        assertEquals("x\n", run("echo x > made; cat made"));
    }

    @Test
    void partsOfDifferentProcessesAreOneLine() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        run("{ env printf a; env printf 'b\\n'; } > p");
        assertEquals(List.of("ab"), cluster.lines(pipe));
    }

    @Test
    void catWaitsForAWriterAndEndsAfterTheLast() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        Process cat = start("cat p");
        cluster.awaitWaitingReads(pipe, 1);
        assertTrue(cat.isAlive());
        run("{ echo a; echo b; } > p");
        assertEquals("a\nb\n", output(cat));
    }

    @Test
    void sizeIsExactForTools() throws Exception {
        cluster.append(cluster.createPipe("p"), "12345", "678");
        assertEquals("10\n", run("wc -c < p"));
        assertEquals("10\n", run("stat -c %s p"));
        assertEquals("678\n", run("tail -n 1 p"));
    }

    @Test
    void shellReadsLineByLine() throws Exception {
        cluster.append(cluster.createPipe("p"), "a", "b", "c");
        assertEquals("<a><b><c>", run("while read -r x; do printf '<%s>' \"$x\"; done < p"));
        assertEquals("<a><b><c>", run("bash -c 'while read -r x; do printf \"<%s>\" \"$x\"; done < p'"));
    }

    @Test
    void bigDataComesBackAsItWent() throws Exception {
        cluster.createPipe("p");
        assertEquals("same\n", run("seq 1 200000 > p; seq 1 200000 | cmp - p && echo same"));
    }

    @Test
    void truncateResets() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        cluster.append(pipe, "a");
        run("truncate -s 0 p");
        assertEquals(List.of(), cluster.lines(pipe));
    }

    @Test
    void listsPipesAndDirectories() throws Exception {
        cluster.createPipe("one");
        cluster.createTopic("many", 2);
        assertEquals("many\none\n0\n1\n", run("ls; ls many"));
        assertEquals("-rw-r--r--\ndrwxr-xr-x\n", run("stat -c %A one many"));
    }

    @Test
    void refusesWhatPipesCannotDo() throws Exception {
        cluster.createPipe("p");
        for (String script : List.of("mkdir d", "mkfifo f", "ln -s p l", "ln p l", "mv p q", "echo x > .hidden")) {
            assertNotEquals(0, await(start(script)), script);
        }
        assertEquals("p\n", run("ls"));
    }

    @Test
    void missingNameIsNotMadeByReading() throws Exception {
        assertNotEquals(0, await(start("cat missing")));
        assertEquals("", run("ls"));
    }

    @Test
    void killedReaderEndsAndLeavesNothingWaiting() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        Process cat = start("exec cat p");
        cluster.awaitWaitingReads(pipe, 1);
        cat.destroyForcibly();
        await(cat);
        cluster.awaitWaitingReads(pipe, 0);
        assertEquals("x\n", run("echo x > p; cat p"));
    }

    @Test
    void killedWriterEndsWhileItsLineIsNotStored() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        cluster.holdAcknowledgements();
        Process echo = start("echo x > p");
        cluster.awaitUnacknowledged(pipe, 1);
        echo.destroyForcibly();
        await(echo);
        cluster.releaseAcknowledgements();
        assertEquals("x\n", run("cat p@snapshot"));
    }

    @Test
    void readersAndSignalsAreServedWhileRequestsAboutNamesWait() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        Process cat = start("exec cat p@follow");
        cluster.awaitWaitingReads(pipe, 1);
        cluster.pause();
        List<Process> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(start("exec stat -c %s " + mountpoint + "/p"));
            // The kernel lets one process at a time look up names in a directory. Now: it is not asked for ever.
            cluster.awaitUnanswered(1);
        }
        cat.destroyForcibly();
        await(cat);
        Process killed = waiting.remove(0);
        killed.destroyForcibly();
        await(killed);
        cluster.resume();
        for (Process stat : waiting) {
            assertEquals("0\n", output(stat));
        }
    }

    @Test
    void unmountingReleasesBlockedReadersAndStoresWhatIsHeld() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        PipeId empty = cluster.createPipe("empty");
        Process reader = start("exec cat empty");
        cluster.awaitWaitingReads(empty, 1);
        Process writer = start("exec > p; printf held; echo done >&2; exec sleep 1000");
        assertEquals("done", writer.inputReader().readLine());
        fs.close();
        session.close();
        assertNotEquals(0, await(reader));
        assertEquals(List.of("held"), cluster.lines(pipe));
        assertFalse(session.isMounted());
        assertTrue(MountTable.at(mountpoint).isEmpty());
    }

    @Test
    void statByNameAsksTheClusterOnceThoughTheKernelAsksTwice() throws Exception {
        PipeId pipe = cluster.createPipe("p");
        cluster.append(pipe, "one", "two");
        String format = "-c '%s %i %f %h %u %g %B %b %Y'";
        // A first one learns of the pipe.
        String byName = run("stat " + format + " p");
        assertTrue(byName.startsWith("8 "), byName);
        long looked = cluster.looks(pipe);
        long asked = session.requests().getOrDefault("getattr", 0L);
        assertEquals(byName, run("stat " + format + " p"));
        assertTrue(session.requests().getOrDefault("getattr", 0L) > asked, "stat(2) has not asked twice");
        assertEquals(looked + 1, cluster.looks(pipe));
        assertEquals(byName, run("stat " + format + " - < p"), "what libfuse says of the open file");
    }
}
