package org.dnpipes.observe;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.dnpipes.fs.PipeFigures;
import org.dnpipes.fs.Totals;

/** What a mount is and does, and how fast: two looks at it, with some time in between. */
final class StatusReport {
    private static final double NANOS = 1e9;

    final MountStatus now;
    private final MountStatus before;
    private final Map<String, Totals> pipesBefore = new HashMap<>();

    /** @param before a look at the same mount, earlier; the same look if nobody wants to know how fast */
    StatusReport(MountStatus before, MountStatus now) {
        this.before = before;
        this.now = now;
        before.files().pipes().forEach(pipe -> pipesBefore.put(pipe.name(), pipe.totals()));
    }

    /** Whether it is known how fast things go. */
    boolean hasRates() {
        return now.time().isAfter(before.time());
    }

    /** What the whole mount has done in between. */
    Totals recent() {
        return now.files().totals().since(before.files().totals());
    }

    /** What was done with a pipe in between. */
    Totals recent(PipeFigures pipe) {
        // One that was opened meanwhile was not used before, or a while ago.
        Totals earlier = pipesBefore.getOrDefault(pipe.name(), hasRates() ? Totals.NONE : pipe.totals());
        Totals since = pipe.totals().since(earlier);
        return since.pushedBytes() < 0 || since.pulledBytes() < 0 ? pipe.totals() : since;
    }

    double perSecond(long count) {
        double seconds = Duration.between(before.time(), now.time()).toNanos() / NANOS;
        return seconds <= 0 ? 0 : count / seconds;
    }
}
