package org.dnpipes.fs;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dnpipes.pipe.PipeId;

/**
 * What this mount knows of each pipe that was used lately. Pipes that are open stay; of the others, those used the
 * longest time ago are forgotten when there are too many. Safe for use by many threads.
 */
final class Pipes {
    private static final int MAX = 20_000;

    private final SharedPipe.Context context;
    private final LinkedHashMap<PipeId, SharedPipe> pipes = new LinkedHashMap<>(16, 0.75f, true);

    Pipes(SharedPipe.Context context) {
        this.context = context;
    }

    synchronized SharedPipe get(PipeId id) {
        SharedPipe pipe = pipes.computeIfAbsent(id, i -> new SharedPipe(i, context));
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

    /** The bytes of all pipes whose places are known. */
    synchronized long indexedBytes() {
        return pipes.values().stream().mapToLong(SharedPipe::indexedBytes).sum();
    }

    /** Forgets a pipe that is not there any more. */
    synchronized void forget(PipeId id) {
        pipes.remove(id);
        context.cache().forget(id);
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
