package org.dnpipes.fs;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.dnpipes.pipe.ChunkCache;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;

/**
 * What this mount knows of each pipe that was used lately. Pipes that are open stay; of the others, those used the
 * longest time ago are forgotten when there are too many. Safe for use by many threads.
 */
final class Pipes {
    private static final int MAX = 20_000;

    private final Source source;
    private final ChunkCache cache;
    private final Checkpoints checkpoints;
    private final LongSupplier nanoTime;
    private final LinkedHashMap<PipeId, SharedPipe> pipes = new LinkedHashMap<>(16, 0.75f, true);

    /** @param nanoTime as System.nanoTime */
    Pipes(Source source, ChunkCache cache, Checkpoints checkpoints, LongSupplier nanoTime) {
        this.source = source;
        this.cache = cache;
        this.checkpoints = checkpoints;
        this.nanoTime = nanoTime;
    }

    synchronized SharedPipe get(PipeId id) {
        SharedPipe pipe = pipes.computeIfAbsent(id, i -> new SharedPipe(i, source, cache, checkpoints, nanoTime));
        if (pipes.size() > MAX) {
            forgetOne();
        }
        return pipe;
    }

    /** The pipe, counted as open before anybody could forget it. */
    synchronized SharedPipe open(PipeId id) {
        SharedPipe pipe = get(id);
        pipe.opened();
        return pipe;
    }

    /** Forgets a pipe that is not there any more. */
    synchronized void forget(PipeId id) {
        pipes.remove(id);
        cache.forget(id);
    }

    private void forgetOne() {
        for (Iterator<Map.Entry<PipeId, SharedPipe>> i = pipes.entrySet().iterator(); i.hasNext(); ) {
            if (!i.next().getValue().isOpen()) {
                i.remove();
                return;
            }
        }
    }
}
