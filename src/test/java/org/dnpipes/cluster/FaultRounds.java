package org.dnpipes.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Rounds of random faults on a cluster of three brokers and some mounts, under load; each round is audited. */
@Command(name = "fault-rounds", mixinStandardHelpOptions = true)
public final class FaultRounds implements Callable<Integer> {
    /** What each mount is given: they differ in how long a write waits. */
    private static final List<String> OPTIONS =
            List.of("lease=10,timeout=4", "lease=10,timeout=20", "lease=10,timeout=8");

    @Option(names = "--rounds", defaultValue = "100", description = "how many (${DEFAULT-VALUE})")
    int rounds;

    @Option(names = "--seed", description = "what happens follows from it; a random one by default")
    long seed = System.nanoTime() % 1_000_000;

    @Option(names = "--only", split = ",", description = "these faults only: ${COMPLETION-CANDIDATES}")
    List<Fault> only = Round.all();

    @Option(names = "--image", required = true, description = "an image of Kafka, used as apache/kafka is")
    String image = "";

    @Option(names = "--dnpipes", required = true, description = "the command under test")
    String dnpipes = "";

    @Option(names = "--work", required = true, description = "an empty folder")
    Path work = Path.of("");

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FaultRounds()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        long began = System.nanoTime();
        System.out.println("seed " + seed);
        try (Cluster cluster = new Cluster(image, work, Map.of())) {
            List<Daemon> mounts = new ArrayList<>();
            try {
                for (int i = 0; i < OPTIONS.size(); i++) {
                    mounts.add(daemon(cluster, i));
                }
                System.out.println("all is up after "
                        + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
                Campaign campaign = new Campaign(cluster, mounts, Files.createDirectory(work.resolve("readers")));
                return campaign.run(Round.plan(seed, rounds, only)) ? 0 : 1;
            } finally {
                for (Daemon mount : mounts) {
                    mount.close();
                }
            }
        }
    }

    private Daemon daemon(Cluster cluster, int i) throws Exception {
        String name = String.valueOf((char) ('a' + i));
        Host host = cluster.bridge().host(20 + i);
        Daemon daemon = new Daemon(host, work.resolve(name), dnpipes, cluster.bootstrapServers(), OPTIONS.get(i));
        daemon.mount();
        return daemon;
    }
}
