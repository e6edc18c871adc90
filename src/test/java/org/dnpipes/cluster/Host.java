package org.dnpipes.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A network namespace that is a host on the {@link Bridge}: what runs there has this address and a wire of its own. */
final class Host implements AutoCloseable {
    private final String name;
    private final String address;

    Host(String name, String address) {
        this.name = name;
        this.address = address;
    }

    String address() {
        return address;
    }

    Wire wire() {
        return new Wire(Path.of("/run/netns", name));
    }

    /** The command that runs {@code words} on this host. */
    List<String> command(List<String> words) {
        return Command.inNetwork(Path.of("/run/netns", name), words);
    }

    @Override
    public void close() throws IOException {
        // Takes the wire along.
        Bridge.run("ip", "netns", "delete", name);
    }
}
