package org.dnpipes.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Requests and answers as linux/fuse.h lays them out, protocol 7.19. */
class WireTest {
    private static final long UNIQUE = 0x1122334455667788L;
    private static final long FH = 0x0102030405060708L;

    private final ByteBuffer buffer = Wire.newBuffer(Wire.REQUEST_CAPACITY);

    /** struct fuse_in_header, to be followed by the body. */
    private ByteBuffer request(int opcode) {
        return ByteBuffer.allocate(4096)
                .order(ByteOrder.nativeOrder())
                .putInt(0)
                .putInt(opcode)
                .putLong(UNIQUE)
                .putLong(42) // nodeid
                .putInt(1000)
                .putInt(100)
                .putInt(4711)
                .putInt(0);
    }

    private static ByteBuffer end(ByteBuffer request) {
        return request.putInt(0, request.position()).flip();
    }

    @Test
    void headerTellsOpcodeNumberAndThread() {
        ByteBuffer getattr = end(request(3));
        assertEquals(40, getattr.limit());
        assertEquals(Wire.GETATTR, Wire.opcode(getattr));
        assertEquals(UNIQUE, Wire.unique(getattr));
        assertEquals(4711, Wire.pid(getattr));
    }

    @Test
    void readTellsHandlePositionSizeAndFlags() {
        // struct fuse_read_in: fh, offset, size, read_flags, lock_owner, flags, padding
        ByteBuffer read = end(request(15)
                .putLong(FH)
                .putLong(1L << 40)
                .putInt(131072)
                .putInt(2)
                .putLong(99)
                .putInt(04000)
                .putInt(0));
        assertEquals(Wire.READ, Wire.opcode(read));
        assertEquals(FH, Wire.fh(read));
        assertEquals(1L << 40, Wire.position(read));
        assertEquals(131072, Wire.size(read));
        assertEquals(04000, Wire.flags(read));
    }

    @Test
    void writeTellsHandleFlagsAndItsBytesAlone() {
        // struct fuse_write_in: fh, offset, size, write_flags, lock_owner, flags, padding; then the bytes
        ByteBuffer write = end(request(16)
                .putLong(FH)
                .putLong(7)
                .putInt(3)
                .putInt(2)
                .putLong(99)
                .putInt(1)
                .putInt(0)
                .put(new byte[] {'a', 'b', '\n'}));
        assertEquals(Wire.WRITE, Wire.opcode(write));
        assertEquals(FH, Wire.fh(write));
        assertEquals(7, Wire.position(write));
        assertEquals(1, Wire.flags(write));
        assertEquals(ByteBuffer.wrap(new byte[] {'a', 'b', '\n'}), Wire.data(write));
        assertEquals(0, write.position());
    }

    @Test
    void flushAndFsyncTellTheHandle() {
        assertEquals(FH, Wire.fh(end(request(25).putLong(FH).putInt(0).putInt(0).putLong(5))));
        assertEquals(FH, Wire.fh(end(request(20).putLong(FH).putInt(1).putInt(0))));
    }

    @Test
    void interruptTellsWhatItIsAbout() {
        ByteBuffer interrupt = end(request(36).putLong(12345));
        assertEquals(Wire.INTERRUPT, Wire.opcode(interrupt));
        assertEquals(12345, Wire.interrupted(interrupt));
    }

    @Test
    void getattrTellsWhetherItComesWithAHandle() {
        // struct fuse_getattr_in: getattr_flags, dummy, fh
        ByteBuffer with = end(request(3).putInt(1).putInt(0).putLong(FH));
        assertTrue(Wire.hasFileHandle(with));
        assertEquals(FH, Wire.getattrFh(with));
        assertFalse(Wire.hasFileHandle(end(request(3).putInt(0).putInt(0).putLong(FH))));
    }

    @Test
    void pollTellsItsHandleAndWhetherToNotify() {
        // struct fuse_poll_in: fh, kh, flags, events
        ByteBuffer poll = end(request(40).putLong(FH).putLong(77).putInt(1).putInt(5));
        assertEquals(FH, Wire.fh(poll));
        assertEquals(77, Wire.pollHandle(poll));
        assertTrue(Wire.pollWantsNotification(poll));
        assertFalse(Wire.pollWantsNotification(
                end(request(40).putLong(FH).putLong(77).putInt(0).putInt(5))));
    }

    @Test
    void accessTellsWhetherSomethingElseThanTheRootIsToBeExecuted() {
        // struct fuse_access_in: mask, padding
        ByteBuffer access = end(request(34).putInt(1).putInt(0));
        assertEquals(Wire.ACCESS, Wire.opcode(access));
        assertTrue(Wire.asksToExecute(access));
        assertTrue(Wire.asksToExecute(end(request(34).putInt(5).putInt(0))), "to read, too");
        assertFalse(Wire.asksToExecute(end(request(34).putInt(6).putInt(0))), "to read and write");
        assertFalse(Wire.asksToExecute(end(request(34).putInt(1).putInt(0)).putLong(16, 1)), "the root");
    }

    @Test
    void whatPipesCannotDoIsRefusedWhateverItIsAbout() {
        // MKDIR, RMDIR, SYMLINK, LINK, RENAME, RENAME2
        for (int opcode : new int[] {9, 11, 6, 13, 12, 45}) {
            assertTrue(Dispatcher.isRefused(end(request(opcode))), "opcode " + opcode);
        }
        // struct fuse_mknod_in: mode, rdev
        assertTrue(Dispatcher.isRefused(end(request(8).putInt(0010644).putInt(0))), "a FIFO");
        assertTrue(Dispatcher.isRefused(end(request(8).putInt(0140644).putInt(0))), "a socket");
        assertFalse(Dispatcher.isRefused(end(request(8).putInt(0100644).putInt(0))), "a regular file");
        // LOOKUP, UNLINK, OPEN, CREATE
        for (int opcode : new int[] {1, 10, 14, 35}) {
            assertFalse(Dispatcher.isRefused(end(request(opcode))), "opcode " + opcode);
        }
    }

    @Test
    void openFlagsLieBehindTheHandleAndInCreateBehindTheEntry() {
        assertEquals(8, Wire.openFlagsAt(Wire.OPEN));
        // struct fuse_entry_out is 40 bytes and a struct fuse_attr of 88.
        assertEquals(40 + 88 + 8, Wire.openFlagsAt(Wire.CREATE));
    }

    private void assertAnswer(ByteBuffer answer, int error, long unique) {
        assertEquals(0, answer.position());
        assertEquals(answer.limit(), answer.getInt(0));
        assertEquals(error, answer.getInt(4));
        assertEquals(unique, answer.getLong(8));
    }

    @Test
    void answerWithoutPayloadIsAHeader() {
        ByteBuffer ok = Wire.answer(buffer, UNIQUE, 0);
        assertAnswer(ok, 0, UNIQUE);
        assertEquals(16, ok.limit());
        assertAnswer(Wire.answer(buffer, UNIQUE, 4), -4, UNIQUE);
    }

    @Test
    void answersToWriteAndPollHoldTwoInts() {
        ByteBuffer written = Wire.answerWritten(buffer, UNIQUE, 4096);
        assertAnswer(written, 0, UNIQUE);
        assertEquals(24, written.limit());
        assertEquals(4096, written.getInt(16));
        ByteBuffer poll = Wire.answerPoll(buffer, UNIQUE, 0x41);
        assertAnswer(poll, 0, UNIQUE);
        assertEquals(24, poll.limit());
        assertEquals(0x41, poll.getInt(16));
    }

    @Test
    void answerToReadHoldsWhatWasPutAndNoMoreThanWasAskedFor() {
        Wire.answerWritten(buffer, 1, 2);
        ByteBuffer payload = Wire.startPayload(buffer, 10);
        assertEquals(10, payload.remaining());
        ByteBuffer read = Wire.finishPayload(payload.put(new byte[] {'a', 'b', 'c'}), UNIQUE);
        assertAnswer(read, 0, UNIQUE);
        assertEquals(19, read.limit());
        assertEquals('a', read.get(16));
        assertEquals('c', read.get(18));
    }

    @Test
    void answerToReadAtTheEndIsEmpty() {
        ByteBuffer read = Wire.finishPayload(Wire.startPayload(buffer, 10), UNIQUE);
        assertAnswer(read, 0, UNIQUE);
        assertEquals(16, read.limit());
    }

    @Test
    void largestPayloadFits() {
        ByteBuffer payload = Wire.startPayload(buffer, Wire.MAX_PAYLOAD);
        assertEquals(Wire.MAX_PAYLOAD, payload.remaining());
    }

    @Test
    void notificationOfAPollHasNoNumberAndACodeInPlaceOfTheError() {
        ByteBuffer notify = Wire.notifyPoll(buffer, 77);
        assertAnswer(notify, 1, 0);
        assertEquals(24, notify.limit());
        assertEquals(77, notify.getLong(16));
    }

    @Test
    void nameOfAnExtendedAttribute() {
        byte[] name = "user.dnpipes.topic\0".getBytes(StandardCharsets.UTF_8);
        ByteBuffer getxattr = end(request(22).putInt(100).putInt(0).put(name));
        assertEquals(Wire.GETXATTR, Wire.opcode(getxattr));
        assertEquals("user.dnpipes.topic", Wire.attribute(getxattr));
        assertEquals("", Wire.attribute(end(request(22).putInt(100).putInt(0).put((byte) 0))));
    }
}
