package org.dnpipes.mount;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Engine;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.dnpipes.pipe.WriterPresence.Watch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes once, while a cluster is being mounted, the way that the first look at a pipe will go: where it begins and ends,
 * what others have kept of it, who writes it, a message. A JVM takes several times as long for what it does for the
 * first time, and then nobody waits for it. Nothing is changed by it, and nobody depends on it.
 */
final class Rehearsal {
    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);

    /** Later there is nothing to be gained any more, and nobody has to go on reading. */
    private static final int PATIENCE_S = 5;

    private final Engine engine;

    Rehearsal(Engine engine) {
        this.engine = engine;
    }

    /** Begins, with one of the pipes of {@code topic}. Whatever becomes of it, does not fail. */
    void begin(CompletableFuture<Topic> topic) {
        topic.thenCompose(this::lookAtAll)
                .thenCompose(found -> found.map(this::pull).orElseGet(() -> CompletableFuture.completedFuture(null)))
                .whenComplete((done, failure) -> log.debug("the way to a pipe is known", failure));
    }

    private record Known(PipeId pipe, Extent extent) {}

    /** A pipe that has messages, if there is one. */
    private CompletableFuture<Optional<Known>> lookAtAll(Topic topic) {
        List<CompletableFuture<Known>> looks = IntStream.range(0, topic.pipes())
                .mapToObj(topic::pipe)
                .map(pipe -> engine.source().extent(pipe).thenApply(extent -> new Known(pipe, extent)))
                .toList();
        return CompletableFuture.allOf(looks.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> looks.stream()
                        .map(CompletableFuture::join)
                        .filter(known -> known.extent().first() < known.extent().stable())
                        .findFirst());
    }

    private CompletableFuture<Void> pull(Known known) {
        CompletableFuture<?> kept = engine.indexes().load(known.pipe());
        Watch watch = engine.presence().watch(known.pipe(), () -> {});
        watch.began().thenRun(watch::close);
        CompletableFuture<Chunk> read =
                engine.source().read(known.pipe(), known.extent().stable() - 1);
        return read.copy()
                .orTimeout(PATIENCE_S, TimeUnit.SECONDS)
                .whenComplete((message, failure) -> read.cancel(false))
                .thenCombine(kept, (message, found) -> null);
    }
}
