package org.dnpipes.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.dnpipes.kafka.Feed.Wanted;
import org.dnpipes.pipe.PipeId;
import org.jspecify.annotations.Nullable;

/**
 * A small pool of consumers for reads that are behind the end. A read that goes on where a consumer stands gets that
 * one, so that Kafka's own reading ahead works for it, for a while also before others. Those wait in order for a free
 * one; there are as many as callers have reads. Safe for use by many threads.
 */
final class Fetchers {
    private static final int MOST = 4;
    /**
     * So many reads in a row may go on where a consumer stands while others wait. Else who reads a long pipe, and asks
     * for more at once, would keep that consumer for himself to the end.
     */
    private static final int MOST_IN_A_ROW = 16;
    /** A consumer that was used so short ago is likely to be used by the same reader again. */
    private static final long WARM_MS = 100;
    /** A consumer that is not used closes its connections. */
    private static final long IDLE_MS = 60_000;
    /** Before that, it drops what it has read ahead: some MiB. */
    private static final long AHEAD_MS = 1_000;

    private final Consumers consumers;
    private final ReadOutcomes outcomes;

    private final List<Fetcher> fetchers = new ArrayList<>();
    private final Deque<Wanted> queue = new ArrayDeque<>();
    private int made;
    private boolean closed;

    Fetchers(Consumers consumers, ReadOutcomes outcomes) {
        this.consumers = consumers;
        this.outcomes = outcomes;
    }

    /** Fetches for that read as soon as a consumer is free. Fails it if there is none, and none can be made. */
    void submit(Wanted read) {
        if (!assign(read)) {
            outcomes.failed(read, new KafkaException("no thread can be made to read with"));
        }
    }

    private synchronized boolean assign(Wanted read) {
        if (closed) {
            return true;
        }
        Fetcher fetcher = choose(read);
        if (fetcher != null) {
            fetcher.assigned = read;
            notifyAll();
        } else if (!fetchers.isEmpty()) {
            queue.add(read);
        }
        return !fetchers.isEmpty();
    }

    private @Nullable Fetcher choose(Wanted read) {
        Fetcher coldest = null;
        for (Fetcher fetcher : fetchers) {
            if (fetcher.assigned != null) {
                continue;
            }
            // Also if it is still busy with telling the reader what lies before.
            if (fetcher.standsAt(read)) {
                return fetcher;
            }
            if (!fetcher.idle) {
                continue;
            }
            if (coldest == null || fetcher.idleSince < coldest.idleSince) {
                coldest = fetcher;
            }
        }
        boolean cold = coldest != null && coldest.isCold(WARM_MS);
        if (cold || fetchers.size() == MOST) {
            return coldest;
        }
        Fetcher another = add();
        return another != null ? another : coldest;
    }

    private @Nullable Fetcher add() {
        Fetcher fetcher = new Fetcher(this, consumers, outcomes, "fetch-" + ++made % 100);
        if (!fetcher.start()) {
            return null;
        }
        fetchers.add(fetcher);
        return fetcher;
    }

    /**
     * The next read for that fetcher, which stands at {@code position} of {@code pipe}, having read ahead, or nowhere
     * if that is null. Null if none has come for a while: then it is to drop that, or to end if it stands nowhere.
     * Blocks its thread.
     */
    synchronized @Nullable Wanted next(Fetcher fetcher, @Nullable PipeId pipe, long position)
            throws InterruptedException {
        long patience = pipe == null ? IDLE_MS : AHEAD_MS;
        fetcher.stand(pipe, position);
        takeTurns(fetcher);
        fetcher.idle = true;
        while (!closed && fetcher.assigned == null) {
            long left = patience - Topics.ageMillis(fetcher.idleSince);
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        Wanted read = closed ? null : fetcher.assigned;
        fetcher.assigned = null;
        fetcher.idle = false;
        fetcher.stand(null, 0);
        if (read == null && (pipe == null || closed)) {
            fetchers.remove(fetcher);
        }
        return read;
    }

    /** That fetcher is no more, for whatever reason: another one serves the read that it may have been given. */
    void ended(Fetcher fetcher) {
        Wanted left = leave(fetcher);
        if (left != null) {
            submit(left);
        }
    }

    private synchronized @Nullable Wanted leave(Fetcher fetcher) {
        fetchers.remove(fetcher);
        Wanted left = fetcher.assigned;
        fetcher.assigned = null;
        return left;
    }

    /** That fetcher will be able to go on there, in a moment. */
    synchronized void willStand(Fetcher fetcher, PipeId pipe, long position) {
        fetcher.stand(pipe, position);
    }

    /** Gives the fetcher what it is to do next: what goes on where it stands, unless others have waited long. */
    private void takeTurns(Fetcher fetcher) {
        Wanted goesOn = fetcher.assigned != null ? fetcher.assigned : fromQueue(fetcher);
        fetcher.inARow = queue.isEmpty() ? 0 : fetcher.inARow + 1;
        if (goesOn != null && fetcher.inARow > MOST_IN_A_ROW) {
            queue.add(goesOn);
            goesOn = null;
        }
        if (goesOn == null) {
            fetcher.inARow = 0;
            goesOn = queue.poll();
        }
        fetcher.assigned = goesOn;
    }

    private @Nullable Wanted fromQueue(Fetcher fetcher) {
        Wanted same = queue.stream().filter(fetcher::standsAt).findFirst().orElse(null);
        if (same != null) {
            queue.remove(same);
        }
        return same;
    }

    /** Starts to end the threads; their list is returned so that they can be waited for. */
    synchronized List<Thread> close() {
        closed = true;
        queue.clear();
        List<Thread> threads = new ArrayList<>();
        fetchers.stream().sorted(Comparator.comparingLong(f -> f.idleSince)).forEach(fetcher -> {
            fetcher.wakeup();
            threads.add(fetcher.thread());
        });
        notifyAll();
        return threads;
    }
}
