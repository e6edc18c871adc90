package org.dnpipes.pipe;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Which pipes there are, and the changes to that. Every method returns at once; the future completes on a thread of the
 * engine, which must not be blocked, or fails with a {@link PipeFailure} within a bounded time. Safe for use by many
 * threads.
 */
public interface Catalog {

    /** All topics that are not internal to the engine, in no order. */
    CompletableFuture<List<Topic>> list();

    /**
     * The topic of that name. One that was just created elsewhere may be unknown for a moment, so this looks again for
     * 200 ms (50 ms where there is one broker alone) before it fails with MISSING. A miss is never remembered. Never
     * creates anything.
     */
    CompletableFuture<Topic> find(String name);

    /**
     * Makes a topic of one pipe and completes once it can be written.
     *
     * @param exclusive fail with EXISTS if there is one, exact across the cluster: one caller wins. A lost answer fails
     *     with FAILED. Otherwise an existing topic is as good as a new one.
     */
    CompletableFuture<Topic> create(String name, boolean exclusive);

    /** Deletes the topic for everybody. Deleting one that is gone succeeds. */
    CompletableFuture<Void> delete(Topic topic);

    /** Those of {@code topics} that are not there any more as they were: deleted, re-created, or with other pipes. */
    CompletableFuture<Set<Topic>> gone(Collection<Topic> topics);

    /** How many bytes a line may have in that topic, without its line feed. */
    CompletableFuture<Integer> longestLine(Topic topic);

    /**
     * What an administrator may want to know about a topic, in words of the engine: lower-case names, and values to be
     * shown. What this user may not know is left out.
     */
    CompletableFuture<Map<String, String>> facts(Topic topic);

    /**
     * Removes every message with a sequence number below {@code end}, and no other, for everybody. When it completes,
     * no later look at the pipe shows them. Fails with REFUSED where the topic does not allow it. Others are told, as
     * far as that is possible, that it was not retention that has removed them: see {@link #lastReset}.
     */
    CompletableFuture<Void> removeBefore(PipeId pipe, long end);

    /**
     * The {@code end} of the last {@link #removeBefore} of that pipe by whichever mount; 0 if none is known. One that
     * has failed, or is under way, may be told as well: it counts only if no message before {@code end} is left.
     */
    CompletableFuture<Long> lastReset(PipeId pipe);
}
