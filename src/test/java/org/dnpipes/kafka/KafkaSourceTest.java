package org.dnpipes.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.contract.Engine;
import org.dnpipes.pipe.contract.SourceContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kafka keeps the promises of {@link SourceContract}. */
class KafkaSourceTest extends SourceContract {
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
