package org.dnpipes.kafka;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.junit.jupiter.api.Test;

/** When the sender is told of lines, and what it takes then. */
class WindowTest {
    private static final PipeId PIPE = new Topic("t", "id", 1).pipe(0);

    private long nanos;
    private final AtomicInteger told = new AtomicInteger();
    private final WindowSpace space = new WindowSpace();
    private final Window window = new Window(PIPE, space, ready -> told.incrementAndGet(), () -> nanos);
    private final Permits permits = new Permits(Lane.LIGHT.permits());
    private long offset;

    WindowTest() {
        window.learn(1 << 20);
    }

    private Pushed push() {
        return push("line".getBytes(ISO_8859_1));
    }

    private Pushed push(byte[]... lines) {
        return Objects.requireNonNull(window.push(Lines.of(lines)));
    }

    /** What a sender does when it is told: takes all that there is. */
    private List<Pushed> visit() {
        List<Pushed> taken = new ArrayList<>();
        Window.Next next;
        while ((next = window.next(lane -> permits)) != null) {
            assertEquals(1, window.handOver(next.pushed()));
            assertEquals(0, window.handOver(next.pushed()));
            taken.add(next.pushed());
        }
        return taken;
    }

    /** A lone line, for which the sender comes and goes. */
    private Pushed pushAndVisit() {
        Pushed pushed = push();
        visit();
        assertFalse(window.comesBack());
        return pushed;
    }

    private void answer(Pushed pushed) {
        TopicPartition partition = new TopicPartition("t", 0);
        window.answered(pushed, new RecordMetadata(partition, offset++, 0, 0, 0, 4), null);
    }

    @Test
    void loneLineGoesAtOnce() {
        Pushed line = push();
        assertEquals(1, told.get());
        assertEquals(List.of(line), visit());
        assertFalse(window.comesBack());
        answer(line);
        assertEquals(1L, line.stored.join());
        push();
        assertEquals(2, told.get());
    }

    @Test
    void whatComesMeanwhileGoesTogetherWhenTheFirstIsAnswered() {
        Pushed first = pushAndVisit();
        List<Pushed> rest = List.of(push(), push(), push());
        assertEquals(1, told.get(), "the sender was told of lines that have to wait");
        assertNull(window.next(lane -> permits));
        answer(first);
        assertEquals(2, told.get());
        assertEquals(rest, visit());
    }

    @Test
    void whatIsOnItsWayForLongHoldsUpNothing() {
        pushAndVisit();
        nanos += 3_000_000;
        Pushed next = push();
        assertEquals(2, told.get());
        assertEquals(List.of(next), visit());
    }

    @Test
    void muchIsNotHeldUp() {
        pushAndVisit();
        push(new byte[Lane.LIGHT.batchSize()]);
        assertEquals(2, told.get());
    }

    /** A sender that comes by itself need not be woken for each line. */
    @Test
    void whileLinesComeFastTheSenderComesBack() {
        for (int i = 0; i < 10; i++) {
            push();
        }
        assertEquals(10, visit().size());
        int before = told.get();
        assertTrue(window.comesBack());
        Pushed next = push();
        assertEquals(before, told.get());
        nanos += 1_500_000;
        assertEquals(List.of(next), visit());
        assertFalse(window.comesBack(), "one line is not many");
    }

    /** A process that waits for each of its lines must not wait for the sender as well. */
    @Test
    void forOneWriterThatWaitsTheSenderNeedNotComeBack() {
        for (int i = 0; i < 100; i++) {
            Pushed line = pushAndVisit();
            nanos += 200_000;
            answer(line);
        }
        assertEquals(100, told.get());
    }

    @Test
    void whileAnswersTakeLongThereAreNoRounds() {
        Pushed first = pushAndVisit();
        nanos += 5_000_000;
        answer(first);
        pushAndVisit();
        push();
        assertEquals(3, told.get(), "a line had to wait for the answer of another");
    }

    /** The sender looks whether all is answered at any moment: also just when the producer tells of a failure. */
    @Test
    void lineThatFailsIsNeverTakenForStored() {
        Pushed line = push();
        visit();
        CompletableFuture<Boolean> failedFirst = new CompletableFuture<>();
        line.stored.whenComplete((end, failure) -> failedFirst.complete(!line.isAnswered()));
        window.answered(line, null, new TopicAuthorizationException("t"));
        assertTrue(line.stored.isCompletedExceptionally());
        assertTrue(failedFirst.join(), "it counted as answered before it counted as failed");
    }

    @Test
    void answerOfTheLineBeforeDoesNotLoosenOneNearTheLimit() {
        byte[] large = new byte[LineLimits.longestLine(1 << 20) - 1];
        Pushed lines = push(new byte[1], large);
        assertNotNull(window.next(lane -> permits));
        assertEquals(2, window.handOver(lines));
        answer(lines);
        push();
        assertNull(window.next(lane -> permits), "something is put behind a line near the limit");
    }

    @Test
    void lineThatWasTakenBackIsHandedOverAgain() {
        Pushed line = push();
        Window.Next next = window.next(lane -> permits);
        assertNotNull(next);
        assertEquals(1, window.handOver(line));
        window.takeBack(line, 1);
        window.settle(line);
        assertEquals(List.of(line), visit());
        answer(line);
        assertEquals(1L, line.stored.join());
    }

    /** The producer would put the next line into the same batch, which would be too large then. */
    @Test
    void nothingIsPutBehindALineNearTheLimit() {
        byte[] large = new byte[LineLimits.longestLine(1 << 20) - 1];
        Pushed lines = push(new byte[1], large, new byte[1]);
        assertNotNull(window.next(lane -> permits));
        assertEquals(2, window.handOver(lines));
        assertEquals(0, window.handOver(lines));
        assertNull(window.next(lane -> permits));
        answer(lines);
        assertEquals(0, window.handOver(lines));
        answer(lines);
        assertNotNull(window.next(lane -> permits));
        assertEquals(1, window.handOver(lines));
        answer(lines);
        assertEquals(3L, lines.stored.join());
    }

    /** Else a few MiB of them would take all the heap. */
    @Test
    void shortLinesCostWhatAProducerRemembersOfThem() {
        byte[][] lines = new byte[300_000][0];
        push(lines);
        assertNotNull(window.next(lane -> permits));
        Window other = another(0);
        assertNotNull(other.push(Lines.of(lines)));
        other.learn(1 << 20);
        assertNull(other.next(lane -> permits), "600,000 lines are with a producer");
    }

    // What all windows have in common

    private static Pushed fill(Window window, int bytes) {
        return Objects.requireNonNull(window.push(Lines.of(new byte[bytes])));
    }

    private Window another(int number) {
        return new Window(new Topic("others", "id", 100).pipe(number), space, ready -> {}, () -> nanos);
    }

    private boolean hasRoom(Window of) {
        return Objects.requireNonNull(of.room()).isDone();
    }

    /** How much it lets in; nothing of that is answered. */
    private long stuff(Window full) {
        long bytes = 0;
        while (hasRoom(full)) {
            bytes += fill(full, 16 << 10).bytes;
        }
        return bytes;
    }

    @Test
    void fewPipesHaveWindowsOfFullSize() {
        for (int i = 0; i < 8; i++) {
            assertTrue(stuff(another(i)) >= 4 << 20);
        }
    }

    @Test
    void manyPipesThatAreStuckLeaveRoomForOthersAndStayWithinABound() {
        long all = 0;
        for (int i = 0; i < 100; i++) {
            all += stuff(another(i));
        }
        assertTrue(all > 40 << 20, "only " + all + " bytes are made use of");
        assertTrue(all < 52 << 20, all + " bytes");
        Pushed line = push();
        assertTrue(line.accepted.isDone(), "those that are stuck hold up another pipe");
        visit();
        answer(line);
        assertTrue(line.stored.isDone());
    }

    @Test
    void whatWaitsGoesOnWhenItsOwnLinesAreStoredThoughOthersStayStuck() {
        for (int i = 0; i < 100; i++) {
            stuff(another(i));
        }
        Pushed first = push();
        Pushed second = push();
        CompletableFuture<?> room = Objects.requireNonNull(window.room());
        assertFalse(second.accepted.isDone());
        assertFalse(room.isDone());
        visit();
        answer(first);
        assertTrue(second.accepted.isDone());
        visit();
        answer(second);
        assertTrue(room.isDone());
    }

    @Test
    void roomThatOthersGiveBackIsFoundToo() {
        List<Window> others = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            others.add(another(i));
            stuff(others.get(i));
        }
        push();
        Pushed waiting = push();
        CompletableFuture<?> room = Objects.requireNonNull(window.room());
        others.forEach(other -> other.refuse(new PipeFailure(PipeFailure.Reason.TIMED_OUT, "for this test")));
        window.lookForRoom();
        assertTrue(waiting.accepted.isDone());
        assertTrue(room.isDone());
    }

    /** However lines leave: stored, withdrawn, failed while they wait, or while they are on their way. */
    @Test
    void allMemoryIsGivenBack() {
        Pushed stored = push();
        visit();
        Pushed withdrawn = push();
        assertTrue(withdrawn.withdraw());
        answer(stored);
        Pushed onItsWay = push();
        visit();
        List<Pushed> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(fill(window, 256 << 10));
        }
        Pushed queued = waiting.get(49);
        assertFalse(queued.accepted.isDone());
        assertTrue(queued.withdraw());
        assertTrue(queued.withdraw());
        window.refuse(new PipeFailure(PipeFailure.Reason.TIMED_OUT, "for this test"));
        answer(onItsWay);
        push();
        assertEquals(0, space.taken());
    }

    @Test
    void whenNoMemoryIsLeftThereIsRoomInNoPipe() {
        Window large = another(0);
        fill(large, 80 << 20);
        assertTrue(space.isFull());
        CompletableFuture<?> room = Objects.requireNonNull(window.room());
        window.lookForRoom();
        assertFalse(room.isDone());
        large.refuse(new PipeFailure(PipeFailure.Reason.TIMED_OUT, "for this test"));
        assertFalse(space.isFull());
        window.lookForRoom();
        assertTrue(room.isDone());
    }
}
