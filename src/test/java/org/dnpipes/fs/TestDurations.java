package org.dnpipes.fs;

/** Durations for tests of other packages. */
public final class TestDurations {
    private TestDurations() {}

    /** One of 0.7 ms, one of a minute. */
    public static Durations some() {
        PushTimes times = new PushTimes();
        times.add(700_000);
        times.add(60_000_000_000L);
        return times.durations();
    }
}
