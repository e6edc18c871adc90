package org.dnpipes.fs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is open and what was done, when somebody asks. It asks nobody in its turn: all is as far as is known
 * here. Safe for use by many threads.
 */
final class Census {
    private static final int MOST_PIPES = 10_000;
    /** An answer may take so long without being missed. */
    private static final Duration SOON = Duration.ofSeconds(2);
    /** Open topics are looked at every second: an answer older than that tells nothing any more. */
    private static final Duration LATELY = Duration.ofSeconds(15);

    private final Handles handles;
    private final Pipes pipes;
    private final HeldBytes held;
    private final SharedPipe.Context context;
    private final LongSupplier nanoTime;
    private @Nullable Long answeredNanos;
    private @Nullable Long silentSince;

    Census(Handles handles, Pipes pipes, HeldBytes held, SharedPipe.Context context) {
        this.handles = handles;
        this.pipes = pipes;
        this.held = held;
        this.context = context;
        this.nanoTime = context.nanoTime();
    }

    /** The cluster is asked something. */
    synchronized void asking() {
        if (silentSince == null) {
            silentSince = nanoTime.getAsLong();
        }
    }

    synchronized void answered() {
        silentSince = null;
        answeredNanos = nanoTime.getAsLong();
    }

    private synchronized @Nullable Duration silence() {
        long now = nanoTime.getAsLong();
        if (silentSince != null && now - silentSince > SOON.toNanos()) {
            return Duration.ofNanos(now - silentSince);
        }
        return answeredNanos == null || now - answeredNanos > LATELY.toNanos() ? null : Duration.ZERO;
    }

    Figures take() {
        Map<String, Count> counts = new TreeMap<>();
        handles.pipes()
                .forEach(open -> counts.computeIfAbsent(name(open), name -> new Count(open.pipe()))
                        .add(open));
        List<PipeFigures> figures = counts.entrySet().stream()
                .limit(MOST_PIPES)
                .map(entry -> entry.getValue().figures(entry.getKey()))
                .toList();
        return new Figures(
                figures,
                counts.size(),
                counts.values().stream().mapToInt(count -> count.readers).sum(),
                counts.values().stream().mapToInt(count -> count.waiting).sum(),
                counts.values().stream().mapToInt(count -> count.writers).sum(),
                context.traffic().totals(),
                context.traffic().pushTimes(),
                pipes.indexedBytes(),
                context.cache().size(),
                held.taken(),
                silence());
    }

    private static String name(OpenPipe open) {
        return open.node().topic().pipes() == 1
                ? open.pipe().id().topic()
                : open.pipe().id().toString();
    }

    /** The open files of one pipe. */
    private static final class Count {
        private final SharedPipe pipe;
        private final long end;
        private int readers;
        private int waiting;
        private int writers;
        private long lag;

        Count(SharedPipe pipe) {
            this.pipe = pipe;
            this.end = pipe.knownEnd();
        }

        void add(OpenPipe open) {
            writers += open.writer() == null ? 0 : 1;
            Reader reader = open.reader();
            if (reader != null) {
                readers++;
                waiting += reader.isWaiting() ? 1 : 0;
                lag = Math.max(lag, reader.lag(end));
            }
        }

        PipeFigures figures(String name) {
            return new PipeFigures(
                    name, readers, waiting, writers, lag, end, pipe.traffic().totals());
        }
    }
}
