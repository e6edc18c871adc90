package org.dnpipes.pipe;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Writer presence of one mount alone: it sees its own writers and no others. Asks nobody, so it never fails or waits.
 */
public final class LocalPresence implements WriterPresence {
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final Map<PipeId, Pipe> pipes = new HashMap<>();

    /** One pipe that somebody writes or watches. */
    private static final class Pipe {
        int writers;
        long end;
        final Set<LocalWatch> watches = new LinkedHashSet<>();

        boolean isIdle() {
            return writers == 0 && watches.isEmpty();
        }
    }

    @Override
    public CompletableFuture<Counted> opened(PipeId id, Runnable whenLapsed) {
        List<LocalWatch> watches;
        synchronized (this) {
            Pipe pipe = pipes.computeIfAbsent(id, i -> new Pipe());
            pipe.writers++;
            pipe.watches.forEach(w -> w.seen = true);
            watches = List.copyOf(pipe.watches);
        }
        watches.forEach(w -> w.changed.run());
        return CompletableFuture.completedFuture(new LocalWriter(id));
    }

    private void closed(PipeId id, long end) {
        List<LocalWatch> watches;
        synchronized (this) {
            Pipe pipe = pipes.get(id);
            if (pipe == null || pipe.writers == 0) {
                throw new IllegalStateException("more writers of " + id + " have closed than opened");
            }
            pipe.writers--;
            pipe.end = Math.max(pipe.end, end);
            watches = List.copyOf(pipe.watches);
            forgetIfIdle(id, pipe);
        }
        watches.forEach(w -> w.changed.run());
    }

    @Override
    public Watch watch(PipeId id, Runnable changed) {
        synchronized (this) {
            Pipe pipe = pipes.computeIfAbsent(id, i -> new Pipe());
            LocalWatch watch = new LocalWatch(id, pipe, changed);
            watch.seen = pipe.writers > 0;
            pipe.watches.add(watch);
            return watch;
        }
    }

    private void forgetIfIdle(PipeId id, Pipe pipe) {
        if (pipe.isIdle()) {
            pipes.remove(id, pipe);
        }
    }

    /** Does nothing: nobody else counts. */
    @Override
    public void close() {
        // Watches and writers are closed by those who have them.
    }

    private final class LocalWriter implements Counted {
        private final PipeId id;

        LocalWriter(PipeId id) {
            this.id = id;
        }

        @Override
        public CompletableFuture<Void> confirm() {
            return DONE;
        }

        @Override
        public CompletableFuture<Void> closed(long end) {
            LocalPresence.this.closed(id, end);
            return DONE;
        }
    }

    private final class LocalWatch implements Watch {
        private final PipeId id;
        private final Pipe pipe;
        private final Runnable changed;
        private boolean seen;

        LocalWatch(PipeId id, Pipe pipe, Runnable changed) {
            this.id = id;
            this.pipe = pipe;
            this.changed = changed;
        }

        @Override
        public CompletableFuture<Void> began() {
            return DONE;
        }

        @Override
        public CompletableFuture<Writers> look() {
            synchronized (LocalPresence.this) {
                return CompletableFuture.completedFuture(new Writers(pipe.writers > 0, seen, pipe.end));
            }
        }

        @Override
        public void close() {
            synchronized (LocalPresence.this) {
                pipe.watches.remove(this);
                forgetIfIdle(id, pipe);
            }
        }
    }
}
