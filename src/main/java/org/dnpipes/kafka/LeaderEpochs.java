package org.dnpipes.kafka;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dnpipes.pipe.PipeId;

/**
 * Which leader of a pipe is the newest that this mount has heard of, by its epoch (KIP-101): a leader that is cut off
 * from its cluster goes on to answer for a while as if it had not been replaced. Remembers the pipes that were asked
 * about last. Safe for use by many threads.
 */
final class LeaderEpochs {
    private static final int MOST = 10_000;

    private final Map<PipeId, Integer> newest = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PipeId, Integer> eldest) {
            return size() > MOST;
        }
    };

    /** There is, or was, a leader of that epoch. Returns whether there is none newer, as far as is known. */
    synchronized boolean seen(PipeId pipe, int epoch) {
        return newest.merge(pipe, epoch, Math::max) == epoch;
    }
}
