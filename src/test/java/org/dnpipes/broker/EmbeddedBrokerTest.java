package org.dnpipes.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    @TempDir
    private Path temp;

    @Test
    void whatWasAcknowledgedIsThereAfterARestartOnTheSamePort() throws Exception {
        String address;
        try (EmbeddedBroker broker = EmbeddedBroker.start(temp.resolve("data"), 0);
                TestClient client = new TestClient(broker.address())) {
            address = broker.address();
            client.createTopic("kept");
            client.push("kept", "one", "two");
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(temp.resolve("data"), 0);
                TestClient client = new TestClient(broker.address())) {
            assertEquals(address, broker.address());
            assertEquals(List.of("one", "two"), client.pullAll("kept"));
        }
    }

    @Test
    void topicsAreNeverMadeByAskingForThem() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(temp.resolve("data"), 0);
                TestClient client = new TestClient(broker.address())) {
            assertThrows(Exception.class, () -> client.push("nobody-made-this", "lost"));
            assertEquals(List.of(), client.topics());
        }
    }

    @Test
    void onlyThisMachineCanReachIt() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(temp.resolve("data"), 0)) {
            int port = Integer.parseInt(broker.address().split(":", -1)[1]);
            for (InetAddress address : addressesOfThisMachine()) {
                try (Socket socket = new Socket()) {
                    assertThrows(
                            ConnectException.class,
                            () -> socket.connect(new InetSocketAddress(address, port), 2000),
                            address::toString);
                }
            }
        }
    }

    @Test
    void theOwnerAloneMayEnterItsDirectory() throws Exception {
        Path data = temp.resolve("new").resolve("data");
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data)));
            assertTrue(broker.address().startsWith("127.0.0.1:"));
        }
    }

    @Test
    void aTakenPortIsSaidInOneSentence() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BrokerFailure failure = assertThrows(
                    BrokerFailure.class, () -> EmbeddedBroker.start(temp.resolve("data"), taken.getLocalPort()));
            assertEquals(
                    "port " + taken.getLocalPort() + " of 127.0.0.1 is taken; give another or none",
                    failure.getMessage());
        }
        // What failed holds nothing.
        EmbeddedBroker.start(temp.resolve("data"), 0).close();
    }

    @Test
    void aDirectoryThatCannotBeMadeIsSaidInOneSentence() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        BrokerFailure failure = assertThrows(BrokerFailure.class, () -> EmbeddedBroker.start(file.resolve("data"), 0));
        assertTrue(
                String.valueOf(failure.getMessage()).startsWith("cannot make the data directory " + file),
                failure.getMessage());
    }

    private static List<InetAddress> addressesOfThisMachine() throws Exception {
        return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
    }
}
