package org.dnpipes.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerProcessTest {
    @TempDir
    private Path temp;

    private DataDir dir;
    private final List<Process> users = new ArrayList<>();

    @BeforeEach
    void place() {
        dir = new DataDir(temp.resolve("data"));
    }

    @AfterEach
    void endWhatWasStarted() throws Exception {
        for (Process user : users) {
            user.destroyForcibly().waitFor();
        }
        Optional<ProcessHandle> broker = broker();
        if (broker.isPresent()) {
            broker.get().destroyForcibly();
            broker.get().onExit().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void processesThatStartAtOnceShareOneBroker() throws Exception {
        for (int i = 0; i < 3; i++) {
            users.add(BrokerUser.start(dir.root()));
        }
        List<String> said = new ArrayList<>();
        for (Process user : users) {
            said.add(BrokerUser.firstLine(user));
        }
        assertEquals(
                1, said.stream().filter(line -> line.startsWith("started ")).count(), said::toString);
        assertEquals(
                1, said.stream().map(line -> line.split(" ", -1)[1]).distinct().count(), said::toString);
    }

    @Test
    void itEndsAfterItsLastUserWasKilled() throws Exception {
        Process user = BrokerUser.start(dir.root());
        users.add(user);
        BrokerUser.firstLine(user);
        ProcessHandle broker = broker().orElseThrow();
        assertTrue(broker.isAlive());
        user.destroyForcibly().waitFor();
        broker.onExit().get(60, TimeUnit.SECONDS);
        assertFalse(FileLock.isHeld(dir.brokerLock()));
    }

    @Test
    void afterKillAnotherOneTakesOverWithItsMessagesAndItsPort() throws Exception {
        String address;
        ProcessHandle killed;
        try (BrokerProcess first = BrokerProcess.findOrStart(dir.root());
                TestClient client = new TestClient(first.address())) {
            address = first.address();
            assertTrue(first.started());
            client.createTopic("kept");
            client.push("kept", "reset", "kept");
            client.removeBefore("kept", 1);
            awaitWrittenLogStart();
            killed = broker().orElseThrow();
            killed.destroyForcibly();
            killed.onExit().get(10, TimeUnit.SECONDS);
        }
        // What it wrote down is still there and must not be believed.
        assertTrue(Files.exists(dir.state()));
        try (BrokerProcess second = BrokerProcess.findOrStart(dir.root());
                TestClient client = new TestClient(second.address())) {
            assertTrue(second.started());
            assertNotEquals(killed.pid(), broker().orElseThrow().pid());
            assertEquals(address, second.address());
            assertEquals(List.of("kept"), client.pullAll("kept"));
        }
    }

    @Test
    void oneThatCannotStartSaysWhyAndWhereToLook() throws Exception {
        Files.createDirectories(dir.root());
        Files.createFile(dir.kafka());
        BrokerFailure failure = assertThrows(BrokerFailure.class, () -> BrokerProcess.findOrStart(dir.root()));
        assertTrue(String.valueOf(failure.getMessage()).contains("ended with status 1: "), failure.getMessage());
        assertTrue(String.valueOf(failure.getMessage()).contains(dir.log().toString()), failure.getMessage());
    }

    @Test
    void theDirectoryOfARunningBrokerIsRefused() {
        try (BrokerProcess running = BrokerProcess.findOrStart(dir.root())) {
            BrokerFailure failure = assertThrows(BrokerFailure.class, () -> EmbeddedBroker.start(dir.root(), 0));
            assertEquals(
                    "the data directory " + dir.root() + " is in use by another broker (process "
                            + broker().orElseThrow().pid() + ", " + running.address() + ")",
                    failure.getMessage());
        }
    }

    /** Kafka writes down every second where logs start; a crash before that brings removed messages back. */
    private void awaitWrittenLogStart() throws Exception {
        Path file = dir.kafka().resolve("log-start-offset-checkpoint");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.exists(file) || !Files.readString(file).contains("kept 0 1")) {
            assertTrue(System.nanoTime() - deadline < 0, "no log start was written");
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private Optional<ProcessHandle> broker() {
        return BrokerProcess.running(dir).flatMap(state -> ProcessHandle.of(state.pid()));
    }
}
