package org.dnpipes.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.dnpipes.broker.EmbeddedBroker;
import org.dnpipes.logging.Logging;
import org.dnpipes.mount.ClusterConfig;
import org.dnpipes.mount.ClusterRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "broker",
        description = {
            "Runs the embedded broker, a Kafka of one node for this machine alone, in front until it is interrupted.",
            "",
            "Prints HOST:PORT when it can be used. Mounts that are to use an embedded broker with the same data find it,"
                    + " and start one themselves if there is none."
        })
final class BrokerCommand implements Callable<Integer> {
    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where its messages are kept.")
    private @Nullable Path dataDir;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Where to listen on 127.0.0.1. Otherwise the port of the last time, or any.")
    private int port;

    @Option(names = "--debug", description = "Log more, with stack traces.")
    private boolean debug;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logging.toStandardError(debug);
        Path directory = ClusterConfig.of(new ClusterRequest(null, null, dataDir), System.getenv())
                .dataDir();
        EmbeddedBroker broker = EmbeddedBroker.start(directory, port);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "dnpipes-end"));
        System.out.println(broker.address());
        // Only a signal ends it.
        new CountDownLatch(1).await();
        return ExitCode.DONE;
    }
}
