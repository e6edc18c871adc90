package org.dnpipes.cluster;

import com.github.dockerjava.api.command.CreateNetworkCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network.Ipam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.testcontainers.containers.Network;

/**
 * The network on which brokers and {@link Host}s meet. Everybody on it has a fixed address, so one listener of a broker
 * serves all, and is still right after the broker was started again. Nothing is forwarded to or from other networks.
 */
final class Bridge implements AutoCloseable {
    /** The run of native-test/run that this is a part of; empty if it is none. */
    static final String RUN = System.getenv().getOrDefault("DNPIPES_TEST_RUN", "");

    /** Of all that Docker makes for this run. */
    static final Map<String, String> LABELS = Map.of("org.dnpipes.test", RUN);

    /** For what a program of the system does there. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final Network network;
    private final String device;
    private final String prefix;

    private Bridge(Network network, String device, String prefix) {
        this.network = network;
        this.device = device;
        this.prefix = prefix;
    }

    /** Makes one with addresses that no other network of this Docker has. */
    static Bridge open() throws IOException {
        DockerException overlap = new DockerException("no free addresses", 0);
        for (int i = 0; i < 20; i++) {
            String prefix = "10." + ThreadLocalRandom.current().nextInt(250, 255) + "."
                    + ThreadLocalRandom.current().nextInt(256) + ".";
            String device = "dnp" + ThreadLocalRandom.current().nextInt(10_000_000, 100_000_000);
            Network network = Network.builder()
                    .createNetworkCmdModifier(cmd -> describe(cmd, device, prefix))
                    .build();
            try {
                network.getId();
                remember("network-devices", device);
                return new Bridge(network, device, prefix);
            } catch (DockerException e) {
                overlap = e;
            }
        }
        throw overlap;
    }

    private static void describe(CreateNetworkCmd cmd, String device, String prefix) {
        cmd.withIpam(new Ipam()
                        .withConfig(
                                new Ipam.Config().withSubnet(prefix + "0/24").withGateway(prefix + "1")))
                .withLabels(LABELS)
                .withOptions(Map.of("com.docker.network.bridge.name", device));
    }

    Network network() {
        return network;
    }

    /** The address of the {@code n}th on this network, from 2 on. */
    String address(int n) {
        return prefix + n;
    }

    /** Makes a host with the {@code n}th address. */
    Host host(int n) throws IOException {
        String name = device + (char) ('a' + n % 26);
        remember("network-namespaces", name);
        run("ip", "netns", "add", name);
        Host host = new Host(name, address(n));
        run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name);
        run("ip", "link", "set", name, "master", device, "up");
        run(host.command(List.of("ip", "address", "add", address(n) + "/24", "dev", "eth0")));
        run(host.command(List.of("ip", "link", "set", "eth0", "up")));
        run(host.command(List.of("ip", "link", "set", "lo", "up")));
        return host;
    }

    /** For native-test/run, in case this process is not left to end by itself. */
    private static void remember(String list, String name) throws IOException {
        if (!RUN.isEmpty()) {
            Files.writeString(Path.of(RUN, list), name + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    static void run(String... words) throws IOException {
        Command.run(LIMIT, words);
    }

    static void run(List<String> words) throws IOException {
        Command.run(LIMIT, new ProcessBuilder(words));
    }

    @Override
    public void close() {
        network.close();
    }
}
