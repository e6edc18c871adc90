package org.dnpipes.fs;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the file system does, at one moment.
 *
 * @param pipes those that are open, by name; the first 10,000
 * @param openPipes how many are open
 * @param readers open files that read
 * @param waiting those of them in which a read waits
 * @param writers open files that write
 * @param totals since it was mounted
 * @param pushes how long pushes took
 * @param indexedBytes bytes of pipes whose places are known
 * @param cachedBytes bytes of messages that are kept in memory for readers
 * @param heldBytes bytes of lines that were begun
 * @param silence for how long the cluster has not answered; zero if it answers; null if it was not asked lately
 */
public record Figures(
        List<PipeFigures> pipes,
        int openPipes,
        int readers,
        int waiting,
        int writers,
        Totals totals,
        Durations pushes,
        long indexedBytes,
        long cachedBytes,
        long heldBytes,
        @Nullable Duration silence) {
    public Figures {
        pipes = List.copyOf(pipes);
    }
}
