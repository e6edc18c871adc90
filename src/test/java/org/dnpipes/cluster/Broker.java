package org.dnpipes.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.testcontainers.containers.BindMode;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A broker that is a controller, too, in a container with a fixed address. Its messages are on a {@link Disk}, and stay
 * when it dies. All methods return when what they do is done, except that {@link #start} does not wait until it serves:
 * see {@link Cluster#awaitWhole}.
 */
public final class Broker implements AutoCloseable {
    private static final int PORT = 19092;
    private static final String DATA = "/var/lib/kafka/data";
    private static final Duration END = Duration.ofSeconds(60);

    private final int id;
    private final String address;
    private final Disk disk;
    private final KafkaContainer container;

    Broker(DockerImageName image, int id, Bridge bridge, Disk disk, Map<String, String> settings) {
        this.id = id;
        this.address = bridge.address(10 + id);
        this.disk = disk;
        // The listener of the fixed address is for everybody. Testcontainers calls it TC-0.
        this.container = new KafkaContainer(image)
                .withListener(address + ":" + PORT)
                .withNetwork(bridge.network())
                .withCreateContainerCmdModifier(cmd -> cmd.withIpv4Address(address))
                .withFileSystemBind(disk.path().toString(), DATA, BindMode.READ_WRITE)
                .withEnv("KAFKA_INTER_BROKER_LISTENER_NAME", "TC-0")
                .withEnv("KAFKA_NODE_ID", String.valueOf(id))
                .withEnv("KAFKA_LOG_DIRS", DATA)
                .withStartupTimeout(Duration.ofMinutes(3));
        settings.forEach((name, value) -> container.withEnv(variable(name), value));
        // By these native-test/run finds what this process was not left to end.
        container.withLabels(Bridge.LABELS).withEnv("DNPIPES_TEST_RUN", Bridge.RUN);
    }

    /** As Kafka's images read their environment. */
    private static String variable(String setting) {
        return "KAFKA_" + setting.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    KafkaContainer container() {
        return container;
    }

    public int id() {
        return id;
    }

    /** Of the network. */
    public String address() {
        return address;
    }

    /** For clients, as HOST:PORT. */
    public String listener() {
        return address + ":" + PORT;
    }

    InetSocketAddress socket() {
        return new InetSocketAddress(address, PORT);
    }

    /** It ends at once, as by kill -9. */
    public void kill() {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
        awaitEnd();
    }

    /** It ends in good order: it hands over what it leads first. */
    public void stop() {
        kafka().destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        Await.until(END, this + " ends", () -> container.isRunning() ? "it runs" : "");
    }

    public boolean isRunning() {
        return container.isRunning();
    }

    public void start() {
        container
                .getDockerClient()
                .startContainerCmd(container.getContainerId())
                .exec();
    }

    /**
     * It stands still, by SIGSTOP, but keeps its connections. Docker's pause would need all of it to stand still at
     * once, and gives up where a busy disk keeps a thread.
     */
    public void pause() {
        ProcessHandle kafka = kafka();
        Signal.STOP.send(kafka);
        Await.until(END, this + " stands still", () -> Signal.isStopped(kafka) ? "" : "it runs");
    }

    /** It goes on. Nothing happens if it does not stand still. */
    public void resume() {
        Signal.CONT.send(kafka());
    }

    /** Docker would signal the shell around it. */
    private ProcessHandle kafka() {
        return ProcessHandle.of(pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(p -> p.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(this + " runs no Kafka"));
    }

    /** What joins it to the network. A broker that was started again has a new one. */
    Wire wire() {
        return new Wire(Path.of("/proc", String.valueOf(pid()), "ns/net"));
    }

    private long pid() {
        Long pid = container.getCurrentContainerInfo().getState().getPidLong();
        if (pid == null || pid == 0) {
            throw new IllegalStateException(this + " does not run");
        }
        return pid;
    }

    Disk disk() {
        return disk;
    }

    /** The end of what it has logged. */
    public String log() {
        String all = container.getLogs();
        return all.substring(Math.max(0, all.length() - 4000));
    }

    @Override
    public void close() throws IOException {
        container.stop();
        disk.close();
    }

    @Override
    public String toString() {
        return "broker " + id;
    }
}
