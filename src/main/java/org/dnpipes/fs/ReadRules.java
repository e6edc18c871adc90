package org.dnpipes.fs;

import org.dnpipes.fs.EndOfPipe.Findings;
import org.dnpipes.fs.FsOptions.End;
import org.dnpipes.fs.View.Rule;

/**
 * What a reader finds at the end of its pipe: the one place where the kinds of readers differ. Not safe for use by
 * several threads.
 */
final class ReadRules {
    private final View view;
    private final End end;
    private boolean started;
    private boolean seeking;
    private boolean delivered;

    ReadRules(View view, End end) {
        this.view = view;
        this.end = end;
    }

    /** What a read that finds nothing in hand has to do. */
    enum Verdict {
        /** Wait for what may come. */
        WAIT,
        /** Try again later. */
        AGAIN,
        /** Nothing more: read returns 0. */
        END
    }

    /**
     * The process asked where the end is. Before its first read this makes it a reader of a regular file, like tail.
     */
    void soughtEnd() {
        seeking |= !started;
    }

    /** A read(2) has come. */
    void readStarted() {
        started = true;
    }

    /** Bytes were read. */
    void delivered() {
        delivered = true;
    }

    /** Whether the reader treats the pipe as a regular file. */
    boolean isSeeking() {
        return seeking;
    }

    /** Whether the end has to be looked for at all, by a read that blocks or does not. */
    boolean hasEnd(boolean nonBlocking) {
        return nonBlocking || isFile() || !waitsForEver();
    }

    /** Whether it matters who has the pipe open for writing. */
    boolean asksForWriters(boolean nonBlocking) {
        return !view.has(Rule.FOLLOW) && (nonBlocking || !isFile());
    }

    /**
     * What {@code found} means for a reader at {@code sequence} that has read all it could. The first rule that fits.
     *
     * @param passed whether there was something, read or skipped
     */
    Verdict decide(Findings found, long sequence, boolean passed, boolean nonBlocking) {
        if (view.has(Rule.FOLLOW)) {
            return nonBlocking ? Verdict.AGAIN : Verdict.WAIT;
        }
        if (nonBlocking) {
            return found.writers().present() ? Verdict.AGAIN : Verdict.END;
        }
        if (isFile()) {
            return Verdict.END;
        }
        boolean ended = !waitsForEver() && found.isEnd(sequence) && (passed || hasBegun(found));
        return ended ? Verdict.END : Verdict.WAIT;
    }

    /** Like open(2) of a FIFO, the first read waits for a first writer; unless there was something to read. */
    private boolean hasBegun(Findings found) {
        return delivered || found.writers().seen();
    }

    private boolean waitsForEver() {
        return view.has(Rule.FOLLOW) || end == End.NEVER;
    }

    private boolean isFile() {
        return !view.has(Rule.FOLLOW) && (seeking || end == End.END);
    }
}
