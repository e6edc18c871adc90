package org.dnpipes.observe;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.dnpipes.fs.Figures;
import org.dnpipes.fs.PipeFigures;
import org.dnpipes.fs.Totals;
import org.jspecify.annotations.Nullable;

/** The status of a mount for people. */
final class StatusText {
    private final StatusReport report;
    private final StringBuilder text = new StringBuilder();

    private StatusText(StatusReport report) {
        this.report = report;
    }

    static String of(StatusReport report) {
        StatusText made = new StatusText(report);
        made.mount();
        made.pipes();
        return made.text.toString();
    }

    private void mount() {
        MountStatus status = report.now;
        MountStatus.Identity mount = status.identity();
        Figures files = status.files();
        Totals totals = files.totals();
        Totals recent = report.recent();
        line("mount", "%s, of %s", mount.mountpoint(), mount.servers());
        line(
                "daemon",
                "pid %d, version %s, for %s, logs %s%s",
                mount.pid(),
                mount.version(),
                shown(Duration.between(mount.mounted(), status.time())),
                status.logLevel(),
                mount.metrics() == null ? "" : ", metrics at " + mount.metrics());
        line("cluster", "%s", cluster(files.silence()));
        line(
                "open",
                "%d pipes by %d readers, %d of them waiting, and %d writers",
                files.openPipes(),
                files.readers(),
                files.waiting(),
                files.writers());
        line(
                "pushed",
                "%d messages, %d bytes%s; %d bytes on their way",
                totals.pushedMessages(),
                totals.pushedBytes(),
                rate(recent.pushedMessages(), recent.pushedBytes()),
                status.bytesOnTheirWay());
        line(
                "pulled",
                "%d messages, %d bytes%s",
                totals.pulledMessages(),
                totals.pulledBytes(),
                rate(recent.pulledMessages(), recent.pulledBytes()));
        line("failed", "%d reads and writers; errors %s", totals.failures(), errors(status.errors()));
    }

    private static String cluster(@Nullable Duration silence) {
        if (silence == null) {
            return "was not asked lately";
        }
        return silence.isZero() ? "answers" : "has not answered for " + shown(silence);
    }

    private static String errors(Map<String, Long> errors) {
        return errors.isEmpty()
                ? "none"
                : errors.entrySet().stream()
                        .map(error -> error.getKey() + " " + error.getValue())
                        .collect(Collectors.joining(", "));
    }

    private String rate(long messages, long bytes) {
        return report.hasRates()
                ? format("; now %.1f messages/s, %.0f bytes/s", report.perSecond(messages), report.perSecond(bytes))
                : "";
    }

    private void pipes() {
        Figures files = report.now.files();
        if (files.pipes().isEmpty()) {
            return;
        }
        text.append(format(
                "%n%7s %7s %7s %10s %10s %10s %6s  %s%n",
                "READERS", "WAITING", "WRITERS", "LAG", "PUSHED/s", "PULLED/s", "FAILED", "PIPE"));
        for (PipeFigures pipe : files.pipes()) {
            Totals recent = report.recent(pipe);
            text.append(format(
                    "%7d %7d %7d %10d %10s %10s %6d  %s%n",
                    pipe.readers(),
                    pipe.waiting(),
                    pipe.writers(),
                    pipe.lag(),
                    perSecond(recent.pushedMessages()),
                    perSecond(recent.pulledMessages()),
                    pipe.totals().failures(),
                    pipe.name()));
        }
        if (files.openPipes() > files.pipes().size()) {
            text.append(
                    format("and %d more%n", files.openPipes() - files.pipes().size()));
        }
    }

    private String perSecond(long count) {
        return report.hasRates() ? format("%.1f", report.perSecond(count)) : "-";
    }

    private void line(String what, String format, Object... values) {
        text.append(format("%-8s", what)).append(format(format, values)).append('\n');
    }

    private static String shown(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200
                ? seconds / 60 + " min"
                : seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
