package org.dnpipes.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Rounds, one fault after the other. Each has a pipe and a load of its own. While that comes to its end and is audited,
 * the next rounds go on, so it may see more than one fault.
 */
final class Campaign {
    private static final Duration WHOLE = Duration.ofMinutes(2);
    /** Rounds that are not audited yet. */
    private static final int OPEN_ROUNDS = 8;
    /** Pipes that are made at a time. */
    private static final int PIPES = 10;

    private final Cluster cluster;
    private final List<Daemon> mounts;
    private final Path work;
    private final Topics topics;
    private final AtomicInteger ids = new AtomicInteger();
    private final Semaphore open = new Semaphore(OPEN_ROUNDS);
    /** What is read through a leader that has lost its cluster may be old (3.15): audits wait until there is none. */
    private final ReadWriteLock split = new ReentrantReadWriteLock();

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Tally tally = new Tally();

    Campaign(Cluster cluster, List<Daemon> mounts, Path work) {
        this.cluster = cluster;
        this.mounts = mounts;
        this.work = work;
        this.topics = new Topics(cluster);
    }

    /** Whether all was as promised. It stops at the first round that was not. */
    boolean run(List<Round> plan) throws Exception {
        ExecutorService audits = Executors.newFixedThreadPool(OPEN_ROUNDS);
        try {
            for (Round round : plan) {
                if (!violations.isEmpty()) {
                    break;
                }
                if (round.number() % PIPES == 1) {
                    cluster.awaitWhole(WHOLE);
                    topics.create(plan.stream()
                            .filter(r -> r.number() >= round.number() && r.number() < round.number() + PIPES)
                            .map(Campaign::pipe)
                            .toList());
                }
                open.acquire();
                strike(round, audits);
            }
        } catch (Exception e) {
            violations.add(e.toString());
        }
        audits.shutdown();
        if (!audits.awaitTermination(10, TimeUnit.MINUTES)) {
            violations.add("audits do not end");
        }
        violations.forEach(violation -> System.out.println("VIOLATION " + violation));
        tally.print();
        if (!violations.isEmpty()) {
            explain();
        }
        return violations.isEmpty();
    }

    private static String pipe(Round round) {
        return "round-" + round.number();
    }

    private void strike(Round round, ExecutorService audits) throws Exception {
        Load load = new Load(pipe(round), mounts, work, ids, new SplittableRandom(round.choice()));
        try {
            long made = System.nanoTime();
            load.awaitProgress();
            long running = System.nanoTime();
            if (round.fault().ofBrokers) {
                cluster.awaitWhole(WHOLE);
            }
            long began = System.nanoTime();
            Injection injection = new Injection(cluster, mounts, round, load.pipe());
            System.out.println(injection);
            if (round.fault() == Fault.BROKERS_CUT) {
                split.writeLock().lock();
            }
            try {
                injection.run();
                if (round.fault() == Fault.BROKERS_CUT) {
                    cluster.awaitWhole(WHOLE);
                }
            } finally {
                if (round.fault() == Fault.BROKERS_CUT) {
                    split.writeLock().unlock();
                }
            }
            long over = System.nanoTime();
            tally.struck(round.fault(), over - began);
            System.out.printf(
                    "round %d: the load ran after %,d ms, the brokers were whole %,d ms later, the fault took %,d ms%n",
                    round.number(), millis(made, running), millis(running, began), millis(began, over));
        } catch (Exception e) {
            load.close();
            throw e;
        }
        audits.execute(() -> audit(round, load));
    }

    private static long millis(long from, long to) {
        return (to - from) / 1_000_000;
    }

    private void audit(Round round, Load load) {
        long began = System.nanoTime();
        try (load) {
            load.awaitProgress();
            finish(load);
            List<String> found;
            split.readLock().lock();
            try {
                found = load.audit(topics);
            } finally {
                split.readLock().unlock();
            }
            found.forEach(violation -> violations.add(pipe(round) + ": " + violation));
            tally.add(load);
            System.out.printf("round %d: audited after %,d ms%n", round.number(), millis(began, System.nanoTime()));
            topics.delete(load.pipe());
        } catch (Exception e) {
            violations.add(pipe(round) + ": " + e);
        } finally {
            open.release();
        }
    }

    private void finish(Load load) throws Exception {
        try {
            load.finish();
        } catch (IllegalStateException e) {
            System.out.println("---- what mounts have told each other of " + load.pipe());
            topics.notices(load.pipe()).forEach(System.out::println);
            throw e;
        }
    }

    /** For whoever has to find out why. */
    private void explain() throws Exception {
        for (Daemon mount : mounts) {
            System.out.println("---- log of " + mount + "\n" + mount.log());
        }
        for (Broker broker : cluster.brokers()) {
            System.out.println("---- log of " + broker + "\n" + broker.log());
        }
    }
}
