package org.dnpipes.pipe.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.contract.Engine.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the contracts share: two connections to an engine, as two mounts have them, and ways to wait for answers. */
@Timeout(120)
public abstract class PortContract {
    /** Within this time everything has to happen that does happen. */
    protected static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String unique = UUID.randomUUID().toString().substring(0, 8);
    private int names;

    /** The connection under test. */
    protected Connection here;

    /** What somebody else sees and does. */
    protected Connection elsewhere;

    /** The engine, which outlives the test. */
    protected abstract Engine engine();

    @BeforeEach
    final void connect() {
        here = engine().connect();
        elsewhere = engine().connect();
    }

    @AfterEach
    final void disconnect() {
        here.close();
        elsewhere.close();
    }

    /** A name that no other topic has, nor will have. */
    protected final String name() {
        return "contract-" + unique + "-" + ++names;
    }

    /** A new pipe, the only one of its topic. */
    protected final PipeId pipe() {
        return engine().createTopic(name(), 1).pipe(0);
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** Lines of {@code prefix} and a number from 0 on. */
    protected static Lines lines(String prefix, int count) {
        return Lines.of(
                IntStream.range(0, count).mapToObj(i -> bytes(prefix + i)).toList());
    }

    /** What a reader sees of these lines. */
    protected static String text(List<byte[]> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(new String(line, ISO_8859_1)).append('\n'));
        return text.toString();
    }

    /** Pushes and waits until it is stored. Returns the number behind the last line. */
    protected final long push(PipeId pipe, String... lines) throws Exception {
        return answer(here.sink()
                .push(pipe, Lines.of(Stream.of(lines).map(PortContract::bytes).toList()))
                .stored());
    }

    /** Appends as somebody else does. Returns the number of the last message. */
    protected final long append(PipeId pipe, String... values) {
        long last = -1;
        for (String value : values) {
            last = engine().append(pipe, bytes(value), System.currentTimeMillis());
        }
        return last;
    }

    /** The bytes from {@code from} up to {@code end}, and that every chunk on the way is as it should be. */
    protected static String read(Connection connection, PipeId pipe, long from, long end) throws Exception {
        StringBuilder text = new StringBuilder();
        long at = from;
        while (at < end) {
            Chunk chunk = answer(connection.source().read(pipe, at));
            assertEquals(at, chunk.first(), "where the chunk starts");
            assertTrue(chunk.next() > at, () -> "a chunk that leads nowhere: " + chunk);
            text.append(text(chunk));
            at = chunk.next();
        }
        return text.toString();
    }

    protected static String text(Chunk chunk) {
        ByteBuffer bytes = ByteBuffer.allocate(chunk.length());
        assertEquals(chunk.length(), chunk.copyTo(bytes, 0));
        return new String(bytes.array(), ISO_8859_1);
    }

    /** All that readers elsewhere see of the pipe now. */
    protected final String content(PipeId pipe) throws Exception {
        Extent extent = answer(elsewhere.source().extent(pipe));
        return read(elsewhere, pipe, extent.first(), extent.stable());
    }

    protected static <T> T answer(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The failure that the future ends with, which is never anything but one of ours. */
    protected static PipeFailure failure(CompletableFuture<?> future) {
        ExecutionException thrown = assertThrows(ExecutionException.class, () -> answer(future));
        PipeFailure failure = assertInstanceOf(PipeFailure.class, thrown.getCause(), "what the future ended with");
        String sentence = String.valueOf(failure.getMessage());
        assertTrue(!sentence.isBlank() && sentence.lines().count() == 1, () -> "not one line: " + sentence);
        return failure;
    }

    protected static void assertFails(Reason reason, CompletableFuture<?> future) {
        PipeFailure failure = failure(future);
        assertEquals(reason, failure.reason(), failure::toString);
    }

    /** Asks again and again until the answer is as expected. */
    protected static <T> T eventually(Supplier<CompletableFuture<T>> question, Predicate<T> expected) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T last = answer(question.get());
        while (!expected.test(last)) {
            if (System.nanoTime() > deadline) {
                fail("after " + PATIENCE.toSeconds() + " s the answer still was " + last);
            }
            last = answer(question.get());
        }
        return last;
    }

    /** Asks again and again until the answer is that failure. */
    protected static void eventuallyFails(Reason reason, Supplier<CompletableFuture<?>> question) throws Exception {
        eventually(
                () -> question.get()
                        .handle((answer, thrown) -> thrown == null
                                ? "no failure"
                                : PipeFailure.of(thrown).reason().toString()),
                reason.toString()::equals);
    }

    /** That the future is still waiting after other work, begun later through the same connection, was done. */
    protected final void assertWaits(CompletableFuture<?> future) throws Exception {
        PipeId other = pipe();
        long end = push(other, "passing by");
        assertEquals("passing by\n", read(here, other, 0, end));
        try {
            fail("expected to wait, but got " + future.get(0, TimeUnit.MILLISECONDS));
        } catch (TimeoutException stillWaiting) {
            // as it should be
        }
    }
}
