package org.dnpipes.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.PipeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class GreetingTest {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    @Test
    void anAlertMeansTls() throws Exception {
        byte[] alert = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x50};
        try (ServerSocket server = answering(alert)) {
            assertEquals(
                    "Kafka at " + address(server)
                            + " wants TLS; set security.protocol to SSL or SASL_SSL in the file of --config",
                    refusal(address(server)));
        }
    }

    @Test
    void whatCannotBeALengthIsNotKafka() throws Exception {
        for (byte[] answer : new byte[][] {
            "HTTP/1.1 400 Bad Request\r\n".getBytes(StandardCharsets.US_ASCII),
            "SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.US_ASCII),
            ByteBuffer.allocate(4).putInt(-1).array(),
            ByteBuffer.allocate(4).putInt((1 << 20) + 1).array(),
        }) {
            try (ServerSocket server = answering(answer)) {
                assertEquals(
                        "what answers at " + address(server) + " is not Kafka; check the address",
                        refusal(address(server)));
            }
        }
    }

    @Test
    void aLengthIsLeftToKafkasClient() throws Exception {
        try (ServerSocket server = answering(ByteBuffer.allocate(4).putInt(300).array())) {
            Greeting.exchange(address(server));
        }
    }

    @Test
    void aBrokerIsGreeted() {
        Greeting.exchange(BROKER.engine().address());
    }

    @Test
    void whoeverDoesNotAnswerIsPassedOver() throws Exception {
        int free;
        try (ServerSocket gone = listening()) {
            free = gone.getLocalPort();
        }
        Greeting.exchange("127.0.0.1:" + free);
        Greeting.exchange("no address");
        byte[] alert = {0x15, 0x03, 0x03, 0x00};
        try (ServerSocket silent = answering(new byte[0]);
                ServerSocket server = answering(alert)) {
            refusal("127.0.0.1:" + free + ", " + address(silent) + "," + address(server));
        }
    }

    private static String refusal(String servers) {
        return String.valueOf(assertThrows(PipeFailure.class, () -> Greeting.exchange(servers))
                .getMessage());
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    private static String address(ServerSocket server) {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Sends that to the first who connects and says something, and hangs up. */
    private static ServerSocket answering(byte[] answer) throws IOException {
        ServerSocket server = listening();
        CompletableFuture.runAsync(() -> {
            try (Socket one = server.accept()) {
                one.getInputStream().read();
                one.getOutputStream().write(answer);
            } catch (IOException e) {
                // The test has ended.
            }
        });
        return server;
    }
}
