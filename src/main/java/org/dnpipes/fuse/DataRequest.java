package org.dnpipes.fuse;

import java.nio.ByteBuffer;
import java.util.Map;
import org.dnpipes.fs.Answer;
import org.dnpipes.fs.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A READ, WRITE, FLUSH, FSYNC or POLL that the session took from the kernel and answers itself. */
final class DataRequest extends Interruptible implements Answer {
    private static final Logger log = LoggerFactory.getLogger(DataRequest.class);

    private final int opcode;
    private final long unique;
    private final int size;
    private final Replies replies;
    private final Map<Long, Interruptible> pending;

    /**
     * @param size the most that a READ may answer
     * @param pending where the request stays as long as it is unanswered
     */
    DataRequest(int opcode, long unique, int size, Replies replies, Map<Long, Interruptible> pending) {
        this.opcode = opcode;
        this.unique = unique;
        this.size = size;
        this.replies = replies;
        this.pending = pending;
    }

    @Override
    public void fail(Errno errno) {
        if (finish()) {
            replies.counts().failed(errno.number());
            send(Wire.answer(replies.buffer(), unique, errno.number()));
        }
    }

    @Override
    public void count(int count) {
        if (finish()) {
            ByteBuffer buffer = replies.buffer();
            send(
                    switch (opcode) {
                        case Wire.WRITE -> Wire.answerWritten(buffer, unique, count);
                        case Wire.POLL -> Wire.answerPoll(buffer, unique, count);
                        default -> Wire.answer(buffer, unique, 0);
                    });
        }
    }

    @Override
    public void bytes(Fill fill) {
        if (finish()) {
            ByteBuffer payload = Wire.startPayload(replies.buffer(), size);
            send(filled(payload, fill) ? Wire.finishPayload(payload, unique) : eio());
        }
    }

    /** The caller has to get an answer whatever happens here: nobody else can give one any more. */
    private boolean filled(ByteBuffer payload, Fill fill) {
        try {
            fill.into(payload);
            return true;
        } catch (RuntimeException | Error e) {
            log.error("reading failed, which is a bug in dnpipes: {}", e.toString(), e);
            return false;
        }
    }

    private ByteBuffer eio() {
        replies.counts().failed(Errno.EIO.number());
        return Wire.answer(replies.buffer(), unique, Errno.EIO.number());
    }

    private void send(ByteBuffer message) {
        pending.remove(unique);
        replies.send(message);
    }

    /**
     * Makes the request known to INTERRUPT, unless it has been answered by now. An INTERRUPT that comes before is sent
     * again by the kernel, see {@link Session}.
     */
    void register() {
        pending.put(unique, this);
        if (isFinished()) {
            pending.remove(unique, this);
        }
    }
}
