package org.dnpipes.observe;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import java.util.function.Supplier;
import org.dnpipes.fs.Durations;
import org.dnpipes.fs.Figures;
import org.dnpipes.fs.Totals;

/**
 * The status of a mount as metrics, made when somebody asks for them. Nothing here has a topic's name for a label: a
 * mount may see thousands. The library adds {@code _total} to the names of counters.
 */
final class MetricFamilies implements MultiCollector {
    private final Supplier<MountStatus> status;

    MetricFamilies(Supplier<MountStatus> status) {
        this.status = status;
    }

    @Override
    public MetricSnapshots collect() {
        MountStatus now = status.get();
        Figures files = now.files();
        Totals totals = files.totals();
        return MetricSnapshots.builder()
                .metricSnapshot(info(now.identity()))
                .metricSnapshot(gauge(
                        "dnpipes_mounted_timestamp_seconds",
                        "When the file system was mounted.",
                        now.identity().mounted().toEpochMilli() / 1000.0))
                .metricSnapshot(gauge("dnpipes_open_pipes", "Pipes that are open.", files.openPipes()))
                .metricSnapshot(gauge("dnpipes_open_readers", "Open files that read.", files.readers()))
                .metricSnapshot(gauge(
                        "dnpipes_waiting_readers", "Open files in which a read waits for messages.", files.waiting()))
                .metricSnapshot(gauge("dnpipes_open_writers", "Open files that write.", files.writers()))
                .metricSnapshot(counter(
                        "dnpipes_pushed_messages", "Lines that were written and are stored.", totals.pushedMessages()))
                .metricSnapshot(counter("dnpipes_pushed_bytes", "Bytes of these lines.", totals.pushedBytes()))
                .metricSnapshot(counter(
                        "dnpipes_pulled_messages", "Messages that readers got to the end of.", totals.pulledMessages()))
                .metricSnapshot(counter("dnpipes_pulled_bytes", "Bytes that readers got.", totals.pulledBytes()))
                .metricSnapshot(counter(
                        "dnpipes_failures", "Reads, and open files that write, that have failed.", totals.failures()))
                .metricSnapshot(histogram(files.pushes()))
                .metricSnapshot(gauge(
                        "dnpipes_window_bytes",
                        "Bytes that were pushed and are not acknowledged.",
                        now.bytesOnTheirWay()))
                .metricSnapshot(
                        gauge("dnpipes_held_bytes", "Bytes of lines that were begun and not ended.", files.heldBytes()))
                .metricSnapshot(gauge(
                        "dnpipes_cached_bytes", "Memory for messages that were read lately.", files.cachedBytes()))
                .metricSnapshot(
                        gauge("dnpipes_indexed_bytes", "Bytes of pipes whose places are known.", files.indexedBytes()))
                .metricSnapshot(counter(
                        "dnpipes_presence_looks",
                        "Times that other mounts were asked who writes a pipe.",
                        now.presenceLooks()))
                .metricSnapshot(gauge(
                        "dnpipes_cluster_silent_seconds",
                        "For how long the cluster has not answered; 0 if it answers, or if nothing is open.",
                        files.silence() == null ? 0 : files.silence().toMillis() / 1000.0))
                .metricSnapshot(counters(
                        "dnpipes_fuse_requests", "Requests of the kernel, by their kind.", "opcode", now.requests()))
                .metricSnapshot(
                        counters("dnpipes_fuse_errors", "Requests that failed, by their errno.", "errno", now.errors()))
                .build();
    }

    private static InfoSnapshot info(MountStatus.Identity mount) {
        return InfoSnapshot.builder()
                .name("dnpipes_mount")
                .help("What is mounted.")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of(
                                "mountpoint",
                                mount.mountpoint().toString(),
                                "servers",
                                mount.servers(),
                                "version",
                                mount.version()))
                        .build())
                .build();
    }

    private static GaugeSnapshot gauge(String name, String help, long value) {
        return gauge(name, help, (double) value);
    }

    private static GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }

    private static CounterSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(
                        CounterDataPointSnapshot.builder().value((double) value).build())
                .build();
    }

    private static CounterSnapshot counters(String name, String help, String label, Map<String, Long> values) {
        CounterSnapshot.Builder counters = CounterSnapshot.builder().name(name).help(help);
        values.forEach((value, count) -> counters.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of(label, value))
                .value(count.doubleValue())
                .build()));
        return counters.build();
    }

    private static HistogramSnapshot histogram(Durations pushes) {
        return HistogramSnapshot.builder()
                .name("dnpipes_push_duration_seconds")
                .help("From when lines were handed over together until all of them were stored.")
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(ClassicHistogramBuckets.of(pushes.boundsInSeconds(), pushes.counts()))
                        .sum(pushes.sumInSeconds())
                        .build())
                .build();
    }
}
