package org.dnpipes.fuse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The kernel's wire format as far as requests are answered without libfuse; see linux/fuse.h, protocol 7.19 as libfuse
 * 2.9 negotiates it. All numbers are in the machine's byte order.
 *
 * <p>A request is a header of 40 bytes and a body that depends on its opcode; an answer is a header of 16 bytes and a
 * payload.
 */
final class Wire {
    /** Opcodes that the session looks at. */
    static final int LOOKUP = 1;

    static final int FORGET = 2;

    static final int GETATTR = 3;
    static final int SYMLINK = 6;
    static final int MKNOD = 8;
    static final int MKDIR = 9;
    static final int RMDIR = 11;
    static final int RENAME = 12;
    static final int LINK = 13;
    static final int OPEN = 14;
    static final int READ = 15;
    static final int WRITE = 16;
    static final int RELEASE = 18;
    static final int FSYNC = 20;
    static final int GETXATTR = 22;
    static final int FLUSH = 25;
    static final int ACCESS = 34;
    static final int CREATE = 35;
    static final int INTERRUPT = 36;
    static final int POLL = 40;
    static final int BATCH_FORGET = 42;
    static final int RENAME2 = 45;
    static final int COPY_FILE_RANGE = 47;

    /** The open file is a stream: it has no position, and reading it does not hold up writing it. */
    static final int FOPEN_STREAM = 1 << 4;

    /** The largest payload of a READ or WRITE: the kernel's default of 32 pages, which libfuse 2 does not raise. */
    static final int MAX_PAYLOAD = 128 * 1024;

    /** Room for any request: the largest WRITE, its header and a page to spare, as libfuse has it. */
    static final int REQUEST_CAPACITY = MAX_PAYLOAD + 4096;

    static final int REQUEST_HEADER = 40;
    static final int ANSWER_HEADER = 16;

    /** Where the negative errno lies in the header of an answer. */
    static final int ERROR = 4;

    /** The size of fuse_attr, what the kernel is told of a file. */
    static final int ATTRIBUTES = 88;

    /** Where fuse_attr lies in fuse_entry_out, the answer to LOOKUP; the node's number stands first. */
    static final int ENTRY_ATTRIBUTES = 40;

    private static final int WRITE_DATA = 80;
    private static final int GETXATTR_NAME = 48;
    private static final int GETATTR_FH = 1;
    private static final int ROOT = 1;
    private static final int X_OK = 1;
    private static final int POLL_SCHEDULE_NOTIFY = 1;
    private static final int NOTIFY_POLL = 1;
    /** The size of fuse_entry_out, which stands before fuse_open_out in the answer to CREATE. */
    private static final int ENTRY_OUT = 128;
    /** Where open_flags lies in fuse_open_out, behind the file handle. */
    private static final int OPEN_FLAGS = 8;

    private Wire() {}

    static ByteBuffer newBuffer(int capacity) {
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }

    static int opcode(ByteBuffer request) {
        return request.getInt(4);
    }

    /** Identifies the request until it is answered. */
    static long unique(ByteBuffer request) {
        return request.getLong(8);
    }

    /** The thread that made the request; 0 if it is in another pid namespace. */
    static int pid(ByteBuffer request) {
        return request.getInt(32);
    }

    /** Which node the request is about: a number that LOOKUP has told. */
    static long node(ByteBuffer request) {
        return request.getLong(16);
    }

    /** Whether an ACCESS asks to execute, or to enter, something else than the root. */
    static boolean asksToExecute(ByteBuffer access) {
        return node(access) != ROOT && (access.getInt(40) & X_OK) != 0;
    }

    /** The file handle of READ, WRITE, FLUSH, FSYNC and POLL. */
    static long fh(ByteBuffer request) {
        return request.getLong(40);
    }

    /** The position of a READ or WRITE. */
    static long position(ByteBuffer request) {
        return request.getLong(48);
    }

    /** How many bytes a READ or WRITE is about. */
    static int size(ByteBuffer request) {
        return request.getInt(56);
    }

    /** The flags of the descriptor, now, in a READ or WRITE. */
    static int flags(ByteBuffer request) {
        return request.getInt(72);
    }

    /** The bytes of a WRITE; valid as long as the request is. */
    static ByteBuffer data(ByteBuffer request) {
        return request.slice(WRITE_DATA, size(request));
    }

    /** The name of the attribute that a GETXATTR asks for. */
    static String attribute(ByteBuffer getxattr) {
        byte[] name = new byte[getxattr.limit() - GETXATTR_NAME];
        getxattr.get(GETXATTR_NAME, name);
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    /** The type and permissions of what a MKNOD makes. */
    static int mode(ByteBuffer mknod) {
        return mknod.getInt(40);
    }

    /** What an INTERRUPT is about. */
    static long interrupted(ByteBuffer request) {
        return request.getLong(40);
    }

    /** Whether a GETATTR comes with a file handle. */
    static boolean hasFileHandle(ByteBuffer getattr) {
        return (getattr.getInt(40) & GETATTR_FH) != 0;
    }

    static long getattrFh(ByteBuffer getattr) {
        return getattr.getLong(48);
    }

    /** Names the poll that is to be told when something changes. */
    static long pollHandle(ByteBuffer poll) {
        return poll.getLong(48);
    }

    static boolean pollWantsNotification(ByteBuffer poll) {
        return (poll.getInt(56) & POLL_SCHEDULE_NOTIFY) != 0;
    }

    /** Where in the second part of libfuse's answer the open flags are: behind the entry in an answer to CREATE. */
    static int openFlagsAt(int opcode) {
        return opcode == CREATE ? ENTRY_OUT + OPEN_FLAGS : OPEN_FLAGS;
    }

    /** An answer without payload; {@code errno} 0 is success. */
    static ByteBuffer answer(ByteBuffer into, long unique, int errno) {
        return header(into.clear(), unique, -errno).flip();
    }

    /** An answer that tells how much was written. */
    static ByteBuffer answerWritten(ByteBuffer into, long unique, int count) {
        return answerTwoInts(into, unique, count);
    }

    static ByteBuffer answerPoll(ByteBuffer into, long unique, int events) {
        return answerTwoInts(into, unique, events);
    }

    /** An answer to GETATTR, which the kernel must not remember. */
    static ByteBuffer answerAttributes(ByteBuffer into, long unique, ByteBuffer attributes) {
        long validSeconds = 0;
        int validNanos = 0;
        ByteBuffer payload = startPayload(into, 16 + ATTRIBUTES)
                .putLong(validSeconds)
                .putInt(validNanos)
                .putInt(0);
        return finishPayload(payload.put(attributes.duplicate()), unique);
    }

    /** Prepares an answer with a payload of at most {@code size} bytes, to be put behind what is there. */
    static ByteBuffer startPayload(ByteBuffer into, int size) {
        return into.clear().position(ANSWER_HEADER).limit(ANSWER_HEADER + size);
    }

    /** Finishes an answer whose payload has been put. */
    static ByteBuffer finishPayload(ByteBuffer payload, long unique) {
        int length = payload.position();
        header(payload.position(0), unique, 0);
        return payload.putInt(0, length).position(0).limit(length);
    }

    /** Tells the kernel, unasked, that polling {@code pollHandle} again is worth it. */
    static ByteBuffer notifyPoll(ByteBuffer into, long pollHandle) {
        ByteBuffer out =
                header(into.clear(), 0, NOTIFY_POLL).putLong(pollHandle).flip();
        return out.putInt(0, out.limit());
    }

    private static ByteBuffer answerTwoInts(ByteBuffer into, long unique, int first) {
        ByteBuffer out = header(into.clear(), unique, 0).putInt(first).putInt(0).flip();
        return out.putInt(0, out.limit());
    }

    private static ByteBuffer header(ByteBuffer into, long unique, int error) {
        return into.putInt(ANSWER_HEADER).putInt(error).putLong(unique);
    }
}
