package org.dnpipes.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What is to happen in one round; it follows from the seed alone. How that meets what the programs do is a matter of
 * time, and differs.
 *
 * @param number from 1 on
 * @param millis how long it lasts, where it lasts
 * @param choice what else is to be chosen
 */
record Round(int number, Fault fault, int millis, long choice) {

    /** So many rounds. Each fault comes once before any comes twice; then they come by their weights. */
    static List<Round> plan(long seed, int rounds, List<Fault> faults) {
        Random random = new Random(seed);
        List<Fault> order = new ArrayList<>(faults);
        Collections.shuffle(order, random);
        int total = order.stream().mapToInt(f -> f.weight).sum();
        while (order.size() < rounds) {
            int at = random.nextInt(total);
            for (Fault fault : faults) {
                at -= fault.weight;
                if (at < 0) {
                    order.add(fault);
                    break;
                }
            }
        }
        List<Round> plan = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            plan.add(new Round(i + 1, order.get(i), duration(random), random.nextLong()));
        }
        return plan;
    }

    static List<Fault> all() {
        return Arrays.asList(Fault.values());
    }

    /** Mostly shorter than what anybody waits for, sometimes longer than a write's timeout, or a lease. */
    private static int duration(Random random) {
        int kind = random.nextInt(100);
        return kind < 70
                ? 100 + random.nextInt(1200)
                : kind < 95 ? 1300 + random.nextInt(3200) : 6000 + random.nextInt(6000);
    }
}
