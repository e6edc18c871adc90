package org.dnpipes.fs;

/**
 * Finds out whether a close(2) ends a line that was begun. Every close of every duplicate of a descriptor looks the
 * same, so what matters is who still has the file open: the process that opened it, which may go on in a subshell, and
 * the one that wrote the beginning, which may be its child. When neither has, nobody is left who would finish the line
 * soon.
 */
final class LastClose {
    private final Processes processes;
    private final Processes.File file;
    private final int opener;

    /** @param openedBy the thread that opened {@code file} */
    LastClose(Processes processes, Processes.File file, int openedBy) {
        this.processes = processes;
        this.file = file;
        // Now: the thread may have gone when it matters.
        this.opener = processes.processOf(openedBy).orElse(0);
    }

    /**
     * Whether a line that the thread {@code writtenBy} has begun is finished, now that somebody has closed the file.
     */
    boolean endsLineOf(int writtenBy) {
        return !processes.hasOpen(opener, file)
                && !processes.hasOpen(processes.processOf(writtenBy).orElse(opener), file);
    }
}
