package org.dnpipes.kafka;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.dnpipes.pipe.PipeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells resets from retention, which look the same to Kafka: where the last reset of a pipe has removed messages up to
 * is the committed offset of a group that nobody is a member of. Who may not use that group resets all the same, and
 * others have to guess.
 */
final class ResetMarks {
    static final String GROUP = "dnpipes.reset";

    private static final Logger LOG = LoggerFactory.getLogger(ResetMarks.class);

    /** A reset waits no longer for it. */
    private static final long PATIENCE_MS = 500;

    private final GroupNotes notes;

    ResetMarks(Admin admin) {
        this.notes = new GroupNotes(admin, GROUP);
    }

    /** The pipe is going to be reset up to {@code end}. Never fails; completes soon, whatever comes of it. */
    CompletableFuture<Void> mark(PipeId pipe, long end) {
        return notes.put(pipe, new OffsetAndMetadata(end, Optional.empty(), pipe.topicId()))
                .completeOnTimeout(null, PATIENCE_MS, TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    LOG.debug("other mounts are not told that {} is reset", pipe, failure);
                    return null;
                });
    }

    /** Up to where the pipe was reset the last time; 0 if nothing was told. */
    CompletableFuture<Long> last(PipeId pipe) {
        return notes.of(pipe)
                .thenApply(found -> found.filter(note -> note.metadata().equals(pipe.topicId()))
                        .map(OffsetAndMetadata::offset)
                        .orElse(0L));
    }
}
