package org.dnpipes.pipe.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Sink.Push;
import org.dnpipes.pipe.Topic;
import org.junit.jupiter.api.Test;

/** The promises of {@link org.dnpipes.pipe.Sink}. */
public abstract class SinkContract extends PortContract {

    @Test
    void linesKeepTheirOrder() throws Exception {
        PipeId pipe = pipe();
        Lines lines = lines("line ", 10_000);
        answer(here.sink().push(pipe, lines).stored());
        assertEquals(text(lines), content(pipe));
    }

    @Test
    void linesWithoutOthersBetweenThemAreARun() throws Exception {
        PipeId pipe = pipe();
        answer(here.sink().push(pipe, lines("before ", 7)).stored());
        Push push = here.sink().push(pipe, lines("line ", 1000));
        assertEquals(1007, answer(push.stored()));
        Sink.Run run = push.run().orElseThrow();
        assertEquals(7, run.first());
        assertEquals(1007, run.next());
        assertEquals(answer(here.source().newest(pipe)).toEpochMilli(), run.newest());
    }

    @Test
    void pushesOfAThreadKeepTheirOrder() throws Exception {
        PipeId pipe = pipe();
        Lines lines = lines("line ", 5_000);
        List<Push> pushes = new ArrayList<>();
        for (byte[] line : lines) {
            pushes.add(here.sink().push(pipe, Lines.of(line)));
        }
        for (Push push : pushes) {
            answer(push.stored());
        }
        assertEquals(text(lines), content(pipe));
    }

    @Test
    void pushesOfEachOfManyThreadsKeepTheirOrder() throws Exception {
        PipeId pipe = pipe();
        int threads = 8;
        int each = 300;
        CountDownLatch all = new CountDownLatch(threads);
        List<CompletableFuture<Void>> pushers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            String prefix = t + ":";
            pushers.add(inThread(() -> {
                all.countDown();
                all.await();
                List<Push> pushes = new ArrayList<>();
                for (byte[] line : lines(prefix, each)) {
                    pushes.add(here.sink().push(pipe, Lines.of(line)));
                }
                for (Push push : pushes) {
                    answer(push.stored());
                }
            }));
        }
        for (CompletableFuture<Void> pusher : pushers) {
            answer(pusher);
        }
        List<String> seen = content(pipe).lines().toList();
        assertEquals(threads * each, seen.size());
        for (int t = 0; t < threads; t++) {
            String prefix = t + ":";
            assertEquals(
                    IntStream.range(0, each).mapToObj(i -> prefix + i).toList(),
                    seen.stream().filter(line -> line.startsWith(prefix)).toList());
        }
    }

    @Test
    void storedTellsTheNumberBehindTheLastLine() throws Exception {
        PipeId pipe = pipe();
        assertEquals(2, push(pipe, "a", "b"));
        append(pipe, "foreign");
        assertEquals(4, push(pipe, "c"));
    }

    @Test
    void storedLinesAreThereForEverybodyAtOnce() throws Exception {
        PipeId pipe = pipe();
        for (int round = 0; round < 50; round++) {
            long end = push(pipe, "line " + round);
            assertEquals(end, answer(elsewhere.source().extent(pipe)).stable());
            assertEquals("line " + round + "\n", read(elsewhere, pipe, end - 1, end));
        }
    }

    @Test
    void storedPushWasAccepted() throws Exception {
        Push push = here.sink().push(pipe(), lines("x", 3));
        answer(push.stored());
        answer(push.accepted());
    }

    @Test
    void emptyLineIsAMessage() throws Exception {
        PipeId pipe = pipe();
        assertEquals(3, push(pipe, "", "", "x"));
        assertEquals("\n\nx\n", content(pipe));
    }

    @Test
    void everyByteIsKept() throws Exception {
        PipeId pipe = pipe();
        byte[] all = new byte[255];
        IntStream.range(0, 255).forEach(i -> all[i] = (byte) (i < '\n' ? i : i + 1));
        answer(here.sink().push(pipe, Lines.of(all)).stored());
        assertEquals(text(List.of(all)), content(pipe));
    }

    @Test
    void pipesOfATopicAreWrittenApart() throws Exception {
        Topic topic = engine().createTopic(name(), 3);
        for (int number = 0; number < 3; number++) {
            assertEquals(1, push(topic.pipe(number), "in " + number));
        }
        for (int number = 0; number < 3; number++) {
            assertEquals("in " + number + "\n", content(topic.pipe(number)));
        }
    }

    @Test
    void lineOfTheLongestLengthIsStored() throws Exception {
        for (Topic topic : List.of(engine().createTopic(name(), 1), engine().createTopicOfShortLines(name()))) {
            int longest = answer(here.catalog().longestLine(topic));
            byte[] line = noise(longest);
            answer(here.sink()
                    .push(topic.pipe(0), Lines.of(bytes("before"), line, bytes("behind")))
                    .stored());
            assertEquals(text(List.of(bytes("before"), line, bytes("behind"))), content(topic.pipe(0)));
        }
    }

    @Test
    void longestLineIsNotUnderstated() throws Exception {
        Topic topic = engine().createTopicOfShortLines(name());
        byte[] longer = noise(answer(here.catalog().longestLine(topic)) + 1);
        assertThrows(Exception.class, () -> engine().append(topic.pipe(0), longer, System.currentTimeMillis()));
    }

    @Test
    void manyLinesOfATopicOfShortLinesAreStored() throws Exception {
        PipeId pipe = engine().createTopicOfShortLines(name()).pipe(0);
        Lines lines = lines("a line that is long enough to fill some batches ", 2_000);
        answer(here.sink().push(pipe, lines).stored());
        assertEquals(text(lines), content(pipe));
    }

    // The window

    @Test
    void thereIsRoomInAnIdlePipe() throws Exception {
        PipeId pipe = pipe();
        answer(here.sink().room(pipe));
        push(pipe, "x");
        answer(here.sink().room(pipe));
    }

    @Test
    void moreThanTheWindowIsStoredInOrder() throws Exception {
        PipeId pipe = pipe();
        byte[] line = new byte[64 * 1024];
        Arrays.fill(line, (byte) 'x');
        List<Push> pushes = new ArrayList<>();
        for (int i = 0; i < 512; i++) {
            byte[] numbered = line.clone();
            numbered[0] = (byte) ('a' + i % 26);
            pushes.add(here.sink().push(pipe, Lines.of(numbered)));
        }
        answer(here.sink().room(pipe));
        for (int i = 0; i < pushes.size(); i++) {
            answer(pushes.get(i).accepted());
            assertEquals(i + 1, answer(pushes.get(i).stored()));
        }
    }

    @Test
    void onePushMayBeLargerThanTheWindow() throws Exception {
        PipeId pipe = pipe();
        byte[] line = new byte[64 * 1024];
        Push push = here.sink().push(pipe, Lines.of(Collections.nCopies(256, line)));
        answer(push.accepted());
        assertEquals(256, answer(push.stored()));
        assertEquals(257, push(pipe, "behind it"));
    }

    @Test
    void withdrawnLinesAreNeverStoredAndOthersAlways() throws Exception {
        PipeId pipe = pipe();
        byte[] padding = new byte[20_000];
        List<byte[]> expected = new ArrayList<>();
        List<Push> kept = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            byte[] line = Arrays.copyOf(bytes(i + ":"), padding.length);
            Push push = here.sink().push(pipe, Lines.of(line));
            if (random.nextBoolean() && push.withdraw()) {
                continue;
            }
            expected.add(line);
            kept.add(push);
        }
        for (Push push : kept) {
            answer(push.stored());
        }
        assertEquals(expected.size() + 1, push(pipe, "the last"));
        expected.add(bytes("the last"));
        assertEquals(text(expected), content(pipe));
    }

    @Test
    void storedLinesCannotBeWithdrawn() throws Exception {
        Push push = here.sink().push(pipe(), lines("x", 1));
        answer(push.stored());
        assertFalse(push.withdraw());
    }

    // Trouble

    @Test
    void pushToADeletedTopicIsGone() {
        Topic topic = engine().createTopic(name(), 1);
        engine().deleteTopic(topic.name());
        assertFails(Reason.GONE, here.sink().push(topic.pipe(0), lines("x", 1)).stored());
    }

    @Test
    void pushToADeletedTopicHoldsUpNoOther() throws Exception {
        Topic deleted = engine().createTopic(name(), 1);
        PipeId healthy = pipe();
        push(deleted.pipe(0), "while it is there");
        engine().deleteTopic(deleted.name());
        Push lost = here.sink().push(deleted.pipe(0), lines("x", 100));
        assertEquals(1, push(healthy, "goes on"));
        assertTrue(failure(lost.stored()).reason() != Reason.FAILED);
    }

    @Test
    void pushAfterTheConnectionClosedFails() {
        PipeId pipe = pipe();
        here.close();
        assertFails(Reason.CLOSED, here.sink().push(pipe, lines("x", 1)).stored());
    }

    /** Bytes that no compression makes shorter, and no line feed. */
    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        for (int i = 0; i < length; i++) {
            noise[i] = noise[i] == '\n' ? 0 : noise[i];
        }
        return noise;
    }

    private interface Work {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> inThread(Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (Throwable e) {
                        done.completeExceptionally(e);
                    }
                })
                .start();
        return done;
    }
}
