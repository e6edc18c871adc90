import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka of several brokers with TLS, passwords and access lists, in one JVM. Each broker listens on localhost, three
 * times: for users with passwords (SCRAM-SHA-512), for the same with credentials that count for three seconds, and for
 * those who have a certificate, such as the brokers themselves.
 *
 * <p>{@code SecureCluster DIR BROKERS}: DIR holds ca.pem and broker.p12. When it can be used, DIR/addresses names the
 * listeners, one kind a line, and DIR/admin is a Unix socket at which {@link SecureClusterAdmin} takes commands.
 */
public final class SecureCluster {
    private static final List<String> LISTENERS = List.of("USERS", "SHORT", "CERTIFICATES", "CONTROLLER");
    private static final String PASSWORD = "broker-keystore";

    private final Path dir;
    private final int[][] ports;

    private SecureCluster(Path dir, int brokers) throws Exception {
        this.dir = dir;
        this.ports = freePorts(brokers);
    }

    public static void main(String[] args) throws Exception {
        Logger.getLogger("").setLevel(Level.SEVERE);
        SecureCluster cluster = new SecureCluster(Path.of(args[0]), Integer.parseInt(args[1]));
        List<KafkaRaftServer> servers = cluster.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> servers.parallelStream().forEach(KafkaRaftServer::shutdown)));
        cluster.serve();
    }

    /** Each waits for a majority of the others. */
    private List<KafkaRaftServer> start() throws Exception {
        String id = Uuid.randomUuid().toString();
        List<KafkaRaftServer> servers = new ArrayList<>();
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        for (int node = 1; node <= ports.length; node++) {
            Path logs = dir.resolve("broker-" + node);
            format(id, node, logs);
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings(node, logs), false), Time.SYSTEM);
            servers.add(server);
            starts.add(CompletableFuture.runAsync(server::startup, task -> new Thread(task).start()));
        }
        for (CompletableFuture<Void> start : starts) {
            start.get();
        }
        return servers;
    }

    private static void format(String cluster, int node, Path logs) throws Exception {
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .setClusterId(cluster)
                .setNodeId(node)
                .setControllerListenerName("CONTROLLER")
                .setDirectories(List.of(logs.toString()))
                .setMetadataLogDirectory(logs.toString())
                .run();
    }

    private Map<String, String> settings(int node, Path logs) {
        Map<String, String> all = new HashMap<>();
        all.put("process.roles", "broker,controller");
        all.put("node.id", String.valueOf(node));
        all.put("log.dirs", logs.toString());
        all.put("controller.listener.names", "CONTROLLER");
        all.put("controller.quorum.voters", voters());
        all.put("listeners", listeners(node, LISTENERS));
        all.put("advertised.listeners", listeners(node, LISTENERS.subList(0, 3)));
        all.put("listener.security.protocol.map", "USERS:SASL_SSL,SHORT:SASL_SSL,CERTIFICATES:SSL,CONTROLLER:SSL");
        all.put("inter.broker.listener.name", "CERTIFICATES");
        all.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        for (String listener : List.of("users", "short")) {
            all.put(
                    "listener.name." + listener + ".scram-sha-512.sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        }
        all.put("listener.name.short.scram-sha-512.connections.max.reauth.ms", "3000");
        all.putAll(tls());
        all.put("listener.name.certificates.ssl.client.auth", "required");
        all.put("listener.name.controller.ssl.client.auth", "required");
        all.put("authorizer.class.name", StandardAuthorizer.class.getName());
        all.put("super.users", "User:CN=broker");
        all.put("auto.create.topics.enable", "false");
        String replicas = String.valueOf(ports.length);
        all.put("default.replication.factor", replicas);
        all.put("offsets.topic.replication.factor", replicas);
        all.put("offsets.topic.num.partitions", "3");
        all.put("transaction.state.log.replication.factor", replicas);
        all.put("share.coordinator.state.topic.replication.factor", replicas);
        all.put("num.network.threads", "1");
        all.put("num.io.threads", "2");
        all.put("log.cleaner.enable", "false");
        return all;
    }

    /** Of the brokers, and of their super user. */
    private Map<String, String> tls() {
        Map<String, String> all = new HashMap<>();
        all.put("ssl.keystore.type", "PKCS12");
        all.put("ssl.keystore.location", dir.resolve("broker.p12").toString());
        all.put("ssl.keystore.password", PASSWORD);
        all.put("ssl.key.password", PASSWORD);
        all.put("ssl.truststore.type", "PEM");
        all.put("ssl.truststore.location", dir.resolve("ca.pem").toString());
        return all;
    }

    private String voters() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < ports.length; i++) {
            all.add((i + 1) + "@localhost:" + ports[i][LISTENERS.indexOf("CONTROLLER")]);
        }
        return String.join(",", all);
    }

    private String listeners(int node, List<String> names) {
        List<String> all = new ArrayList<>();
        for (String name : names) {
            all.add(name + "://localhost:" + ports[node - 1][LISTENERS.indexOf(name)]);
        }
        return String.join(",", all);
    }

    private String addresses(String listener) {
        List<String> all = new ArrayList<>();
        for (int[] ofBroker : ports) {
            all.add("localhost:" + ofBroker[LISTENERS.indexOf(listener)]);
        }
        return String.join(",", all);
    }

    private static int[][] freePorts(int brokers) throws Exception {
        List<ServerSocket> sockets = new ArrayList<>();
        int[][] ports = new int[brokers][LISTENERS.size()];
        for (int[] ofBroker : ports) {
            for (int i = 0; i < ofBroker.length; i++) {
                // All at once, or the same one could come twice.
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("localhost"));
                sockets.add(socket);
                ofBroker[i] = socket.getLocalPort();
            }
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    /** One command a connection: a line of words. The answer is what it has to say, and "ok" or what went wrong. */
    private void serve() throws Exception {
        Map<String, Object> client = new HashMap<>(tls());
        client.put("bootstrap.servers", addresses("CERTIFICATES"));
        client.put("security.protocol", "SSL");
        try (SecureClusterAdmin admin = new SecureClusterAdmin(client, ports.length);
                ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            admin.awaitBrokers();
            server.bind(UnixDomainSocketAddress.of(dir.resolve("admin")));
            Path written = Files.write(
                    dir.resolve("addresses.new"),
                    List.of(addresses("USERS"), addresses("SHORT"), addresses("CERTIFICATES")));
            Files.move(written, dir.resolve("addresses"));
            while (true) {
                try (SocketChannel one = server.accept()) {
                    answer(one, admin);
                }
            }
        }
    }

    private static void answer(SocketChannel one, SecureClusterAdmin admin) throws Exception {
        BufferedReader asked = new BufferedReader(
                new InputStreamReader(Channels.newInputStream(one), StandardCharsets.UTF_8));
        PrintStream answer = new PrintStream(Channels.newOutputStream(one), false, StandardCharsets.UTF_8);
        try {
            admin.run(List.of(asked.readLine().split(" ")), answer);
            answer.println("ok");
        } catch (Exception e) {
            answer.println("failed: " + e);
        }
        answer.flush();
    }
}
