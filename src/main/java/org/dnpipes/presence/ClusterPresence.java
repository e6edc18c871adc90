package org.dnpipes.presence;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.dnpipes.pipe.LocalPresence;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.WriterPresence;
import org.dnpipes.presence.Others.Watcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writer presence of all mounts of a cluster: what this mount knows by itself of its own writers, and by notices of
 * those of others. Safe for use by many threads.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes reach others through callbacks
public final class ClusterPresence implements WriterPresence {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterPresence.class);

    private static final long BEAT_MS = 250;
    private static final long CLOSE_TIMEOUT_MS = 1000;

    private final LocalPresence local = new LocalPresence();
    private final ScheduledExecutorService timer;
    private final List<Channel> channels;
    private final LongAdder looks = new LongAdder();

    /**
     * Begins to tell others, and to listen to them, whenever somebody here writes or waits.
     *
     * @param lease how long this mount may be silent before others count its writers out
     * @param patience how long an opening waits until others can be told
     * @param nanoTime as System.nanoTime, but goes on while the host is suspended: for others it does
     */
    public static ClusterPresence start(NoticeLog log, Lease lease, Duration patience, LongSupplier nanoTime) {
        ClusterPresence started = new ClusterPresence(log, lease, patience, nanoTime);
        started.timer.scheduleWithFixedDelay(started::beatSafely, BEAT_MS, BEAT_MS, TimeUnit.MILLISECONDS);
        return started;
    }

    /** One that does what is due when {@link #beat} is called. */
    ClusterPresence(NoticeLog log, Lease lease, Duration patience, LongSupplier nanoTime) {
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "dnpipes-presence");
            thread.setDaemon(true);
            return thread;
        });
        byte[] mount = new byte[8];
        new SecureRandom().nextBytes(mount);
        this.channels = Channel.all(
                new Channel.Member(HexFormat.of().formatHex(mount), lease),
                log,
                patience,
                nanoTime,
                task -> timer.schedule(task, BEAT_MS, TimeUnit.MILLISECONDS));
    }

    @Override
    public CompletableFuture<Counted> opened(PipeId pipe, Runnable whenLapsed) {
        Writer writer = new Writer(pipe, whenLapsed);
        return writer.own.counted.thenCompose(counted -> writer.counted());
    }

    @Override
    public Watch watch(PipeId pipe, Runnable changed) {
        return new ClusterWatch(pipe, changed);
    }

    private Channel channel(PipeId pipe) {
        return channels.get(Math.floorMod(Notice.key(pipe).hashCode(), channels.size()));
    }

    /** How often this mount has asked all others who writes a pipe. */
    public long looks() {
        return looks.sum();
    }

    void beat() {
        channels.forEach(Channel::beat);
    }

    private void beatSafely() {
        try {
            beat();
        } catch (RuntimeException e) {
            // The beat must go on: without it this mount would be counted out.
            LOG.error("Telling other mounts who writes here failed, which is a bug in dnpipes: {}", e.toString(), e);
        }
    }

    @Override
    public void close() {
        CompletableFuture<?>[] told = channels.stream().map(Channel::close).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(told).get(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("other mounts were not told of the end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            channels.forEach(Channel::stop);
            timer.shutdownNow();
        }
    }

    /** A writer that others can know of. */
    private final class Writer implements Counted {
        private final PipeId pipe;
        private final Runnable whenLapsed;
        private final Channel channel;
        private final CompletableFuture<Counted> here = new CompletableFuture<>();
        private final AtomicBoolean done = new AtomicBoolean();
        final OwnWriter own;

        Writer(PipeId pipe, Runnable whenLapsed) {
            this.pipe = pipe;
            this.whenLapsed = whenLapsed;
            this.channel = channel(pipe);
            this.own = channel.opened(pipe, this::lapsed);
        }

        /** Others know of it: from now on it counts here, too. */
        CompletableFuture<Counted> counted() {
            return local.opened(pipe, () -> {}).thenApply(counted -> {
                here.complete(counted);
                return this;
            });
        }

        @Override
        public CompletableFuture<Void> confirm() {
            return channel.confirm(own);
        }

        @Override
        public CompletableFuture<Void> closed(long end) {
            discount(end);
            channel.closed(own, end);
            return CompletableFuture.completedFuture(null);
        }

        private void lapsed() {
            discount(0);
            whenLapsed.run();
        }

        private void discount(long end) {
            if (!done.getAndSet(true)) {
                here.thenCompose(counted -> counted.closed(end));
            }
        }
    }

    /** Somebody who reads a pipe. */
    private final class ClusterWatch implements Watch {
        private final Watch here;
        private final Channel channel;
        private final Watcher elsewhere;

        ClusterWatch(PipeId pipe, Runnable changed) {
            this.channel = channel(pipe);
            this.here = local.watch(pipe, changed);
            this.elsewhere = channel.watch(Notice.key(pipe), changed);
        }

        @Override
        public CompletableFuture<Void> began() {
            return elsewhere.began;
        }

        @Override
        public CompletableFuture<Writers> look() {
            return here.look()
                    .thenCompose(
                            before -> before.present() ? CompletableFuture.completedFuture(before) : lookElsewhere());
        }

        private CompletableFuture<Writers> lookElsewhere() {
            looks.increment();
            return channel.look(elsewhere).thenCompose(others -> here.look().thenApply(after -> joined(others, after)));
        }

        /** A writer here that has come and gone meanwhile has called {@code changed}: then this answer is outdated. */
        private Writers joined(Writers others, Writers after) {
            return new Writers(
                    others.present() || after.present(),
                    others.seen() || after.seen(),
                    Math.max(others.end(), after.end()));
        }

        @Override
        public void close() {
            here.close();
            channel.unwatch(elsewhere);
        }
    }
}
