package org.dnpipes.cluster;

import java.util.EnumMap;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;

/** What has happened in all rounds, as figures. For use by several threads. */
final class Tally {
    private final Map<Fault, LongSummaryStatistics> faults = new EnumMap<>(Fault.class);
    private final Map<String, Integer> failures = new TreeMap<>();
    private long files;
    private long written;
    private long stored;
    private long readings;
    private long ends;

    synchronized void struck(Fault fault, long took) {
        faults.computeIfAbsent(fault, f -> new LongSummaryStatistics()).accept(took / 1_000_000);
    }

    synchronized void add(Load load) {
        for (Handle handle : load.handles()) {
            files++;
            written += Math.min(handle.written(), handle.writtenAtFailure());
            stored += handle.stored();
            if (handle.hasFailed()) {
                failures.merge(handle.failure(), 1, Integer::sum);
            }
        }
        load.refusals().forEach(refusal -> failures.merge(refusal, 1, Integer::sum));
        readings += load.readings().size();
        ends += load.readings().stream().filter(Reading::ended).count();
    }

    synchronized void print() {
        faults.forEach((fault, millis) -> System.out.println(
                fault + ": " + millis.getCount() + ", " + Math.round(millis.getAverage()) + " ms each"));
        failures.forEach((failure, count) -> System.out.println(failure + ": " + count));
        System.out.println(files + " open files wrote " + written + " lines, " + stored + " of them known as stored; "
                + readings + " readings, " + ends + " of them to the end");
    }
}
