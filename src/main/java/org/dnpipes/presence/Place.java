package org.dnpipes.presence;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.jspecify.annotations.Nullable;

/** Where one part of the log is: looked up when it is first needed, and again when its topic was deleted. */
final class Place {
    private final NoticeLog log;
    private final int part;
    private @Nullable CompletableFuture<PipeId> found;

    Place(NoticeLog log, int part) {
        this.log = log;
        this.part = part;
    }

    /** Does something with the part of the log. If it turns out to be gone, the next time another one is looked for. */
    <V> CompletableFuture<V> use(Function<PipeId, CompletableFuture<V>> what) {
        CompletableFuture<PipeId> place = find();
        return place.thenCompose(what).whenComplete((value, failure) -> {
            if (failure != null && isGone(failure)) {
                forget(place);
            }
        });
    }

    /** See {@link NoticeLog#hasTime}. */
    CompletableFuture<Boolean> hasTime() {
        return log.hasTime();
    }

    private static boolean isGone(Throwable failure) {
        PipeFailure.Reason reason = PipeFailure.of(failure).reason();
        return reason == PipeFailure.Reason.GONE || reason == PipeFailure.Reason.MISSING;
    }

    private synchronized CompletableFuture<PipeId> find() {
        CompletableFuture<PipeId> known = found;
        if (known == null || known.isCompletedExceptionally()) {
            known = log.topic().thenApply(this::partOf);
            found = known;
        }
        return known;
    }

    private PipeId partOf(Topic topic) {
        // Somebody else may have made it with fewer parts: all mounts see the same number.
        return topic.pipe(part % topic.pipes());
    }

    private synchronized void forget(CompletableFuture<PipeId> place) {
        if (found == place) {
            found = null;
        }
    }
}
