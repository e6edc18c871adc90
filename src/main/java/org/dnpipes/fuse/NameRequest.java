package org.dnpipes.fuse;

import org.dnpipes.fs.Caller;

/** A request that libfuse and a callback of {@link NameCallbacks} serve, on the thread that received it. */
final class NameRequest extends Interruptible implements Caller {
    private final int tid;
    private final int opcode;
    private boolean stream;

    NameRequest(int tid, int opcode) {
        this.tid = tid;
        this.opcode = opcode;
    }

    @Override
    public boolean looksUp() {
        return opcode == Wire.LOOKUP;
    }

    @Override
    public int tid() {
        return tid;
    }

    /** The file that this request opens is to be a stream to the kernel. */
    void openStream() {
        stream = true;
    }

    boolean opensStream() {
        return stream;
    }
}
