package org.dnpipes.mount;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Which cluster is meant, by the first of these that says it: the command line, the environment
 * ({@code DNPIPES_BOOTSTRAP_SERVERS}, {@code DNPIPES_CONFIG}), the user's file, the machine's file, and at last the
 * embedded broker. Servers and file are looked for apart: servers that are named earlier replace those in the file and
 * leave its other settings, such as credentials, in force.
 *
 * @param client Kafka client settings with {@code bootstrap.servers}; empty for the embedded broker
 * @param dataDir where the embedded broker is to keep its data
 */
public record ClusterConfig(Map<String, String> client, Path dataDir) {
    static final String SERVERS = "bootstrap.servers";
    /** What is larger is something else. */
    private static final int LARGEST_FILE = 1 << 20;

    private static final Path MACHINE = Path.of("/etc/dnpipes/client.properties");

    public ClusterConfig {
        client = Map.copyOf(client);
    }

    /** Whether the embedded broker is meant. */
    public boolean isEmbedded() {
        return client.isEmpty();
    }

    /** Never shows values: some of them are passwords. */
    @Override
    public String toString() {
        return isEmbedded() ? "the embedded broker in " + dataDir : "the cluster at " + client.get(SERVERS);
    }

    /**
     * Finds out which cluster is meant.
     *
     * @throws ClusterFailure if a file that was named is missing, or one that counts cannot be read or names no servers
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
        Map<String, String> client = new HashMap<>(file.map(ClusterConfig::read).orElse(Map.of()));
        servers(request, environment).ifPresent(servers -> client.put(SERVERS, servers));
        if (file.isPresent() && client.getOrDefault(SERVERS, "").isBlank()) {
            throw new ClusterFailure(file.get() + " has no " + SERVERS + "; add it, or give --bootstrap-servers");
        }
        return new ClusterConfig(client, dataDir);
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

    private static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new ClusterFailure("the configuration file " + file + " is larger than 1 MiB; name another one");
            }
            // Strictly: a password must not be read as another one.
            properties.load(new InputStreamReader(new ByteArrayInputStream(bytes), UTF_8.newDecoder()));
        } catch (NoSuchFileException e) {
            throw new ClusterFailure("there is no configuration file " + file, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new ClusterFailure("cannot read the configuration file " + file + " (" + e + ")", e);
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }
}
