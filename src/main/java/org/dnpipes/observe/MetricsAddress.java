package org.dnpipes.observe;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Where metrics are to be served, as users write it: {@code HOST:PORT}, or {@code PORT} alone for this host alone. */
public final class MetricsAddress {
    private static final int LAST_PORT = 65_535;

    private MetricsAddress() {}

    /**
     * The address; not resolved if there is no such host. Port 0 is any that is free.
     *
     * @throws IllegalArgumentException with a sentence, if it is none
     */
    public static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        boolean isHost = isBracketed || (host.indexOf(':') < 0 && host.chars().noneMatch(Character::isWhitespace));
        if (!isHost || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > LAST_PORT) {
            throw new IllegalArgumentException(
                    "metrics can be served at HOST:PORT, or at PORT of this host alone, not at '" + text + "'");
        }
        return host.isEmpty()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port))
                : new InetSocketAddress(
                        isBracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
    }
}
