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
    private final Processes processes;
    private final Pieces pieces = new Pieces();
    private int taken;
    private long writes;
    /** The thread that wrote the last part of a line, and its process. */
    private int thread;

    private int process;

    /**
     * @param longest how many bytes a line may have
     * @param memory what all open files have in common
     */
    BegunLine(int longest, HeldBytes memory, Processes processes) {
        this.framer = new LineFramer(longest);
        this.memory = memory;
        this.processes = processes;
    }

    /**
     * Who is to finish the line. Another one after each write.
     *
     * @param process the one that wrote last; 0 if it cannot be found out
     * @param writes how many there were
     */
    record Author(int process, long writes) {}

    /** Takes what can be taken of {@code write}: nothing if there is no memory for a line that it begins or goes on. */
    Framed feed(OpenFiles.Write write) {
        LineFramer.State before = framer.state();
        Framed framed = fitting(framer.feed(write.data(), pieces.goesOn(write)), before);
        pieces.taken(write, framed.taken());
        writes++;
        if (framer.holdsPart() && write.tid() != thread) {
            thread = write.tid();
            // Now: the thread may have gone when it matters. It is in write(2), so nobody has to wait for it.
            process = processes.processOf(thread).orElse(0);
        }
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

    Author author() {
        return new Author(process, writes);
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
