package org.dnpipes.kafka;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.common.config.ConfigException;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;

/**
 * A first word with a broker, where it is spoken to without TLS: Kafka's client takes the first four bytes of whatever
 * answers for a length and makes room for it. Those of a TLS server's alert are 350 MB, of others more: the JVM of a
 * mount would end for want of memory.
 */
final class Greeting {
    /** Of all addresses together. */
    private static final int TIMEOUT_MS = 2000;

    /** An ApiVersions request of version 0, which every broker answers: length, key, version, number, no client id. */
    private static final byte[] REQUEST = ByteBuffer.allocate(14)
            .putInt(10)
            .putShort((short) 18)
            .putShort((short) 0)
            .putInt(0)
            .putShort((short) -1)
            .array();

    /** Far more than a list of versions. */
    private static final int LONGEST_ANSWER = 1 << 20;

    /** How a TLS server says that it does not understand: an alert, and the first byte of its version. */
    private static final int TLS_ALERT = 0x1503;

    private Greeting() {}

    /**
     * Fails if what answers first of the addresses is not a broker, or a broker that wants TLS. What does not answer
     * within two seconds is left to Kafka's client.
     *
     * @param servers as in {@code bootstrap.servers}
     */
    static void exchange(String servers) {
        long began = System.nanoTime();
        for (InetSocketAddress address : addresses(servers)) {
            try (Socket socket = new Socket()) {
                socket.connect(address, left(began));
                socket.setSoTimeout(left(began));
                socket.getOutputStream().write(REQUEST);
                check(address, new DataInputStream(socket.getInputStream()).readInt());
                return;
            } catch (IOException e) {
                // The next one may answer.
            }
        }
    }

    /** Milliseconds; one at least, since to a socket none means for ever. */
    private static int left(long began) {
        return Math.max(1, TIMEOUT_MS - (int) Topics.ageMillis(began));
    }

    private static List<InetSocketAddress> addresses(String servers) {
        try {
            return ClientUtils.parseAndValidateAddresses(List.of(servers.split("\\s*,\\s*", -1)), "use_all_dns_ips");
        } catch (ConfigException e) {
            // Kafka's client says it, too.
            return List.of();
        }
    }

    private static void check(InetSocketAddress address, int first) {
        String where = address.getHostString() + ":" + address.getPort();
        if (first >>> 16 == TLS_ALERT) {
            throw new PipeFailure(
                    Reason.FAILED,
                    "Kafka at " + where
                            + " wants TLS; set security.protocol to SSL or SASL_SSL in the file of --config");
        }
        if (first < 0 || first > LONGEST_ANSWER) {
            throw new PipeFailure(Reason.FAILED, "what answers at " + where + " is not Kafka; check the address");
        }
    }
}
