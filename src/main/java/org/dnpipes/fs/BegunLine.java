package org.dnpipes.fs;

import java.util.Optional;
import org.dnpipes.pipe.LineFramer;
import org.dnpipes.pipe.LineFramer.Framed;
import org.dnpipes.pipe.Lines;

/**
 * The line that was begun in one open file, and the memory that it takes. All methods are called with the writer's lock
 * held.
 */
final class BegunLine {
    private final LineFramer framer;
    private final HeldBytes memory;
    private final Pieces pieces = new Pieces();
    private int taken;
    private int writtenBy;

    /**
     * @param longest how many bytes a line may have
     * @param memory what all open files have in common
     */
    BegunLine(int longest, HeldBytes memory) {
        this.framer = new LineFramer(longest);
        this.memory = memory;
    }

    /** Takes what can be taken of {@code write}: nothing if there is no memory for a line that it begins or goes on. */
    Framed feed(OpenFiles.Write write) {
        LineFramer.State before = framer.state();
        Framed framed = fitting(framer.feed(write.data(), pieces.goesOn(write)), before);
        pieces.taken(write, framed.taken());
        writtenBy = write.tid();
        return framed;
    }

    private Framed fitting(Framed framed, LineFramer.State before) {
        if (memory.take(framer.heldBytes() - taken)) {
            taken = framer.heldBytes();
            return framed;
        }
        if (framed.lines().isEmpty()) {
            framer.restore(before);
            return new Framed(Lines.NONE, 0, false);
        }
        // All of the part comes from this write: the lines before it are taken without it.
        int begun = take().map(part -> part.length).orElse(0);
        return new Framed(framed.lines(), framed.taken() - begun, false);
    }

    private void count() {
        memory.takeAnyway(framer.heldBytes() - taken);
        taken = framer.heldBytes();
    }

    /** Whether there is one. */
    boolean isBegun() {
        return framer.holdsPart();
    }

    /** The thread that wrote last. */
    int writtenBy() {
        return writtenBy;
    }

    /** Takes it as it is. */
    Optional<byte[]> take() {
        Optional<byte[]> part = framer.takePart();
        count();
        return part;
    }

    LineFramer.State state() {
        return framer.state();
    }

    /** Goes back to {@code state}, as if nothing had been written or taken since. */
    void restore(LineFramer.State state) {
        framer.restore(state);
        count();
    }

    /** The file is closed: nobody will finish what is still there. */
    void close() {
        memory.takeAnyway(-taken);
        taken = 0;
    }
}
