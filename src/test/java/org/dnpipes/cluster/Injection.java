package org.dnpipes.cluster;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** A fault that happens to a cluster and its mounts. */
final class Injection {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<Wire.Way> WAYS = List.of(Wire.Way.values());
    /** Who is cut off for longer may be counted out, as leases here are of 10 s. */
    private static final Duration HARMLESS_CUT = Duration.ofSeconds(4);

    private final Cluster cluster;
    private final Round round;
    private final SplittableRandom random;
    private final Daemon mount;
    private final Broker broker;
    private final List<Broker> others;

    /** @param pipe whose leader is hit more often than others */
    Injection(Cluster cluster, List<Daemon> mounts, Round round, String pipe) throws Exception {
        this.cluster = cluster;
        this.round = round;
        this.random = new SplittableRandom(round.choice());
        this.mount = mounts.get(random.nextInt(mounts.size()));
        Broker any = cluster.broker(1 + random.nextInt(Cluster.BROKERS));
        this.broker = round.fault() == Fault.LEADER_CUT || random.nextInt(3) > 0 ? cluster.leader(pipe) : any;
        this.others = cluster.brokers().stream().filter(b -> b != broker).toList();
    }

    /** Does it, waits as long as it is to last, and undoes it. Brokers may still be on their way back then. */
    void run() throws Exception {
        switch (round.fault()) {
            case BROKER_KILLED -> killBroker();
            case BROKERS_RESTARTED -> restartBrokers();
            case BROKER_PAUSED -> pause(List.of(broker));
            case BROKERS_CUT -> cutBrokers();
            case QUORUM_LOST -> loseQuorum();
            case DISK_FULL -> fillDisk();
            case LEADER_CUT -> cutMount(List.of(broker));
            case MOUNT_CUT -> cutMount(cluster.brokers());
            case DAEMON_KILLED -> {
                mount.kill();
                hold();
                mount.mount();
            }
            case DAEMON_TERMINATED -> {
                mount.terminate();
                hold();
                mount.mount();
            }
            case HOST_REBOOTED -> mount.reboot();
        }
    }

    private void hold() {
        Await.nap(round.millis());
    }

    private void killBroker() {
        broker.kill();
        hold();
        broker.start();
    }

    private void restartBrokers() {
        for (Broker each : cluster.brokers()) {
            each.stop();
            each.start();
            cluster.awaitWhole(LIMIT);
        }
    }

    private void pause(List<Broker> brokers) {
        brokers.forEach(Broker::pause);
        try {
            hold();
        } finally {
            brokers.forEach(Broker::resume);
        }
    }

    /** The broker from one of the others, or from both; clients still reach it. */
    private void cutBrokers() throws Exception {
        List<Broker> from = random.nextBoolean() ? others : others.subList(0, 1);
        Wire.Cut cut = broker.wire().cut(Wire.Way.BOTH, addresses(from));
        try {
            hold();
        } finally {
            cut.mend();
        }
    }

    /** Two of three stand still, or die. */
    private void loseQuorum() {
        if (random.nextBoolean()) {
            pause(others);
            return;
        }
        for (Broker other : others) {
            other.kill();
        }
        hold();
        others.forEach(Broker::start);
    }

    /** A broker whose disk is full ends by itself as soon as it has something to write. */
    private void fillDisk() throws Exception {
        broker.disk().fill();
        try {
            Await.until(Duration.ofSeconds(10), broker + " ends", () -> broker.isRunning() ? "it runs" : "");
        } finally {
            broker.disk().free();
        }
        broker.start();
    }

    /** What the brokers say is lost, or what they are told, or both. */
    private void cutMount(List<Broker> brokers) throws Exception {
        Wire.Way way = WAYS.get(random.nextInt(WAYS.size()));
        // On a busy machine it may last longer than it is meant to.
        long began = System.nanoTime();
        Runnable harmless = mount.disturbed();
        Wire.Cut cut = mount.host().wire().cut(way, addresses(brokers));
        try {
            hold();
        } finally {
            cut.mend();
        }
        if (System.nanoTime() - began < HARMLESS_CUT.toNanos()) {
            harmless.run();
        }
    }

    private static List<String> addresses(List<Broker> brokers) {
        return brokers.stream().map(Broker::address).toList();
    }

    @Override
    public String toString() {
        String whom = switch (round.fault()) {
            case BROKER_KILLED, BROKER_PAUSED, DISK_FULL -> broker.toString();
            case BROKERS_CUT -> broker + " from others";
            case BROKERS_RESTARTED -> "all";
            case QUORUM_LOST -> others.toString();
            case LEADER_CUT -> mount + " from " + broker;
            default -> mount.toString();
        };
        return "round " + round.number() + ": " + round.fault() + ", " + whom + ", " + round.millis() + " ms";
    }
}
