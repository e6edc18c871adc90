package org.dnpipes.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What joins somebody to the network. Where it is cut, packets are lost without a word. */
final class Wire {
    private final Path namespace;

    Wire(Path namespace) {
        this.namespace = namespace;
    }

    /** Which packets are lost. */
    enum Way {
        IN,
        OUT,
        BOTH
    }

    /** From now on what comes from these addresses, or goes there, is lost. */
    void cut(Way way, Collection<String> addresses) throws IOException {
        List<String> rules = new ArrayList<>();
        for (String address : addresses) {
            if (way != Way.OUT) {
                rules.add("iptables -w -A INPUT -s " + address + " -j DROP");
            }
            if (way != Way.IN) {
                rules.add("iptables -w -A OUTPUT -d " + address + " -j DROP");
            }
        }
        run(String.join(" && ", rules));
    }

    void mend() throws IOException {
        run("iptables -w -F");
    }

    private void run(String script) throws IOException {
        Bridge.run(Command.inNetwork(namespace, List.of("sh", "-c", script)));
    }
}
