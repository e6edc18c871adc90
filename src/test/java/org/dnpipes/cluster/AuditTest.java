package org.dnpipes.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That an audit finds what it is there to find. */
class AuditTest {
    @TempDir
    Path work;

    private Daemon mount;
    private Handle handle;
    private final List<byte[]> messages = new ArrayList<>();

    @BeforeEach
    void fiveLinesOfOneFile() throws Exception {
        mount = new Daemon(new Host("none", "192.0.2.1"), work.resolve("a"), "dnpipes", "192.0.2.2:9092", "lease=3");
        handle = new Handle(1, mount);
        for (int i = 0; i < 5; i++) {
            messages.add(handle.next().bytes());
        }
        handle.stored(4);
    }

    @Test
    void allThatWasPromisedIsThere() {
        assertEquals(List.of(), audit().violations());
    }

    @Test
    void whatWasNotAcknowledgedMayBeMissing() {
        messages.remove(4);
        assertEquals(List.of(), audit().violations());
    }

    @Test
    void whatWasAcknowledgedMustNotBeMissing() {
        messages.remove(2);
        assertFound("1 lines are missing");
    }

    @Test
    void noLineIsThereTwice() {
        messages.add(4, messages.get(3));
        assertFound("line 4 is there twice");
    }

    @Test
    void linesAreInOrder() {
        messages.add(1, messages.remove(3));
        assertFound("line 2 is there behind line 4");
    }

    @Test
    void noLineIsTorn() {
        messages.set(2, Arrays.copyOf(messages.get(2), messages.get(2).length - 1));
        assertFound("message 2 is no line that was written");
    }

    @Test
    void noLineOfAnybodyElse() {
        messages.add(new Line(2, 1).bytes());
        assertFound("message 5 is no line that was written");
    }

    @Test
    void noLineThatWasWrittenAfterAFailure() {
        handle.failed("write", "ETIMEDOUT");
        messages.add(handle.next().bytes());
        assertFound("line 6 is there, which was written after a failure");
    }

    @Test
    void theLastLineMayBeAPartOnlyIfTheMountWasEndedInOrder() {
        byte[] last = messages.remove(4);
        messages.add(Arrays.copyOf(last, last.length - 1));
        assertFound("message 4 is no line that was written");
        mount.terminated();
        assertEquals(List.of(), audit().violations());
    }

    @Test
    void aReaderGetsTheBeginning() {
        assertRead("", reading(bytes(3), false, 0, 0));
        messages.set(1, new Line(1, 3).bytes());
        byte[] other = bytes(5);
        messages.set(1, new Line(1, 2).bytes());
        assertRead("which is not there", reading(other, false, 0, 0));
    }

    @Test
    void aReaderIsNotGivenTheEndWhileThereIsAWriter() {
        long opened = System.nanoTime();
        assertRead("got the end while there was a writer", reading(bytes(4), true, opened, opened + 1));
        assertRead("", reading(bytes(4), true, opened - 1_000_000_000_000L, opened));
        mount.disturbed();
        long later = System.nanoTime();
        assertRead("", reading(bytes(4), true, opened, later));
        Handle next = new Handle(2, mount);
        next.closing();
        assertEquals(false, next.wasOpen(later, Long.MAX_VALUE));
    }

    @Test
    void aReaderGetsAllOfAWriterThatHasClosed() {
        handle.closing();
        handle.closed();
        long now = System.nanoTime();
        assertRead("got the end without 1 lines", reading(bytes(3), true, now, now + 1));
        assertRead("", reading(bytes(4), true, now, now + 1));
    }

    @Test
    void aSnapshotIsAll() {
        Audit audit = audit();
        audit.checkWhole("a snapshot", bytes(5));
        assertEquals(List.of(), audit.violations());
        audit.checkWhole("a snapshot", bytes(4));
        assertEquals(1, audit.violations().size());
    }

    private Audit audit() {
        return new Audit(List.of(handle), messages);
    }

    private void assertFound(String what) {
        assertTrue(
                audit().violations().toString().contains(what),
                audit().violations().toString());
    }

    private void assertRead(String what, Reading reading) {
        Audit audit = audit();
        audit.check(reading);
        assertEquals(
                what.isEmpty(), audit.violations().isEmpty(), audit.violations().toString());
        assertTrue(
                audit.violations().toString().contains(what), audit.violations().toString());
    }

    private static Reading reading(byte[] bytes, boolean ended, long lastCall, long end) {
        return new Reading("a reader", bytes, ended, lastCall, end);
    }

    /** The first of the messages, as they read. */
    private byte[] bytes(int count) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] message : messages.subList(0, count)) {
            all.writeBytes(message);
            all.write('\n');
        }
        return all.toByteArray();
    }
}
