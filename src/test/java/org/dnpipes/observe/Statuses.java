package org.dnpipes.observe;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.dnpipes.fs.Figures;
import org.dnpipes.fs.PipeFigures;
import org.dnpipes.fs.TestDurations;
import org.dnpipes.fs.Totals;

/** Looks at a mount that does not exist. */
final class Statuses {
    private Statuses() {}

    /** One pipe, with so many messages of ten bytes pushed and pulled by then. */
    static MountStatus at(long second, long messages) {
        Totals totals = new Totals(messages, 10 * messages, messages, 10 * messages, 1);
        Figures figures = new Figures(
                List.of(new PipeFigures("orders/0", 2, 1, 3, 7, messages, totals)),
                1,
                2,
                1,
                3,
                totals,
                TestDurations.some(),
                100,
                200,
                300,
                null);
        return new MountStatus(
                new MountStatus.Identity(
                        "1.0", 42, Path.of("/mnt/\"pipes\""), "a:1,b:2", Instant.ofEpochSecond(0), null),
                Instant.ofEpochSecond(second),
                figures,
                Map.of("read", 5L),
                Map.of("ENOENT", 2L),
                400,
                6,
                "info");
    }
}
