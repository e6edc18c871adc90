package org.dnpipes.mount;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which cluster is meant, by the first of these that says it: the command line, the environment
 * ({@code DNPIPES_BOOTSTRAP_SERVERS}, {@code DNPIPES_CONFIG}), the user's file, the machine's file, and at last the
 * embedded broker. Servers and file are looked for apart: servers that are named earlier replace those in the file and
 * leave its other settings, such as credentials, in force.
 *
 * @param client Kafka client settings with {@code bootstrap.servers}, where {@code srv:NAME} may stand for addresses
 *     that DNS knows; empty for the embedded broker
 * @param dataDir where the embedded broker is to keep its data
 */
public record ClusterConfig(Map<String, String> client, Path dataDir) {
    static final String SERVERS = "bootstrap.servers";

    private static final Path MACHINE = Path.of("/etc/dnpipes/client.properties");

    public ClusterConfig {
        client = Map.copyOf(client);
    }

    /** Whether the embedded broker is meant. */
    public boolean isEmbedded() {
        return client.isEmpty();
    }

    /**
     * The same with addresses in place of names that DNS is to be asked for.
     *
     * @throws ClusterFailure if there is such a name and it cannot be found
     */
    ClusterConfig found(Discovery discovery) {
        String servers = client.getOrDefault(SERVERS, "");
        if (!Discovery.isNeeded(servers)) {
            return this;
        }
        Map<String, String> found = new HashMap<>(client);
        found.put(SERVERS, discovery.resolve(servers));
        return new ClusterConfig(found, dataDir);
    }

    /** Never shows values: some of them are passwords. */
    @Override
    public String toString() {
        return isEmbedded() ? "the embedded broker in " + dataDir : "the cluster at " + client.get(SERVERS);
    }

    /**
     * Finds out which cluster is meant.
     *
     * @throws ClusterFailure if a file that was named is missing, one that counts cannot be read or names no servers,
     *     or one with secrets can be read by others
     */
    public static ClusterConfig of(ClusterRequest request, Map<String, String> environment) {
        return of(request, environment, MACHINE);
    }

    static ClusterConfig of(ClusterRequest request, Map<String, String> environment, Path machineFile) {
        Path dataDir = request.dataDir() == null ? new Xdg(environment).data() : request.dataDir();
        if (request.dataDir() != null && request.servers() == null && request.config() == null) {
            return new ClusterConfig(Map.of(), dataDir);
        }
        Optional<Path> file = file(request, environment, machineFile);
        Map<String, String> client = new HashMap<>();
        file.map(path -> ConfigFile.read(path, request.readableConfig())).ifPresent(client::putAll);
        servers(request, environment).ifPresent(servers -> client.put(SERVERS, servers));
        if (file.isPresent() && client.getOrDefault(SERVERS, "").isBlank()) {
            throw new ClusterFailure(file.get() + " has no " + SERVERS + "; add it, or give --bootstrap-servers");
        }
        return new ClusterConfig(client, dataDir);
    }

    /** Where it is said which cluster is meant, for people. */
    static String origin(ClusterRequest request, Map<String, String> environment) {
        if (request.dataDir() != null && request.servers() == null && request.config() == null) {
            return "as --data-dir says";
        }
        Optional<Path> file = file(request, environment);
        String servers = request.servers() != null
                ? "--bootstrap-servers"
                : servers(request, environment).isPresent() ? "$DNPIPES_BOOTSTRAP_SERVERS" : "";
        if (servers.isEmpty()) {
            return file.map(path -> "as " + path + " says")
                    .orElse("since nothing names a cluster: no --bootstrap-servers, no $DNPIPES_BOOTSTRAP_SERVERS, no "
                            + new Xdg(environment).config().resolve(MACHINE.getFileName()) + " and no " + MACHINE);
        }
        return "as " + servers + " says"
                + file.map(path -> ", with other properties from " + path).orElse("");
    }

    /** The file that counts, if there is one. */
    static Optional<Path> file(ClusterRequest request, Map<String, String> environment) {
        return file(request, environment, MACHINE);
    }

    /** The servers that are named outside of a file, if they come before those in it. */
    private static Optional<String> servers(ClusterRequest request, Map<String, String> environment) {
        if (request.servers() != null) {
            return Optional.of(request.servers());
        }
        return request.config() == null ? value(environment, "DNPIPES_BOOTSTRAP_SERVERS") : Optional.empty();
    }

    private static Optional<Path> file(ClusterRequest request, Map<String, String> environment, Path machineFile) {
        if (request.config() != null) {
            return Optional.of(request.config());
        }
        Optional<Path> named = value(environment, "DNPIPES_CONFIG").map(Path::of);
        return named.isPresent()
                ? named
                : Stream.of(new Xdg(environment).config().resolve(MACHINE.getFileName()), machineFile)
                        .filter(Files::exists)
                        .findFirst();
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
