package org.dnpipes.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.contract.Engine;
import org.dnpipes.pipe.contract.SourceContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kafka keeps the promises of {@link SourceContract}. */
class KafkaSourceTest extends SourceContract {
    /** As many as there are at most. */
    private static final int CONSUMERS = 4;

    /** So many messages of half a megabyte, two in a chunk: more chunks than may be read in a row. */
    private static final int LONG = 80;

    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    @Override
    protected Engine engine() {
        return BROKER.engine();
    }

    /**
     * It asks for more at once, while its consumer is still busy telling it: another one would fetch the same again.
     */
    @Test
    void readerThatReadsOnStaysWithItsConsumer() throws Exception {
        PipeId pipe = pipe();
        String line = "x".repeat(10_000);
        long end = answer(elsewhere.sink().push(pipe, lines(line, 1000)).stored());
        long before = consumers();
        assertEquals(end, answer(readUpTo(here.source(), pipe, 0, end)));
        assertEquals(1, consumers() - before, "consumers that were used by one reader");
    }

    /** Who reads a long pipe asks for more at once, each time: without turns nobody else would get a consumer. */
    @Test
    void readersOfLongPipesTakeTurnsWithOthers() throws Exception {
        PipeId other = pipe();
        answer(elsewhere.sink().push(other, lines("x", 1)).stored());
        List<PipeId> pipes = new ArrayList<>();
        for (int i = 0; i < CONSUMERS; i++) {
            PipeId pipe = pipe();
            answer(elsewhere.sink().push(pipe, lines("x".repeat(500_000), LONG)).stored());
            pipes.add(pipe);
        }
        AtomicInteger ended = new AtomicInteger();
        List<CompletableFuture<Long>> longReads = new ArrayList<>();
        for (PipeId pipe : pipes) {
            CompletableFuture<Void> begun = new CompletableFuture<>();
            CompletableFuture<Long> all = slowlyUpTo(pipe, 0, LONG, begun);
            all.thenRun(ended::incrementAndGet);
            longReads.add(all);
            answer(begun);
        }
        assertEquals(1, answer(here.source().read(other, 0)).next());
        assertEquals(0, ended.get(), "reads of the long pipe that ended before");
        for (CompletableFuture<Long> all : longReads) {
            assertEquals(LONG, answer(all));
        }
    }

    /**
     * As {@link #readUpTo}, and keeps the consumer busy for a while with each chunk. Others look at the topic
     * meanwhile, so that it is never asked for on behalf of a read, which would let the consumer go.
     */
    private CompletableFuture<Long> slowlyUpTo(PipeId pipe, long from, long end, CompletableFuture<Void> begun) {
        return from >= end
                ? CompletableFuture.completedFuture(from)
                : here.source().read(pipe, from).thenCompose(chunk -> {
                    begun.complete(null);
                    here.catalog().find(pipe.topic());
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
                    return slowlyUpTo(pipe, chunk.next(), end, begun);
                });
    }

    /** Asks from the thread that tells. */
    private static CompletableFuture<Long> readUpTo(Source source, PipeId pipe, long from, long end) {
        return from >= end
                ? CompletableFuture.completedFuture(from)
                : source.read(pipe, from).thenCompose(chunk -> readUpTo(source, pipe, chunk.next(), end));
    }

    private static long consumers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("dnpipes-fetch-"))
                .count();
    }
}
