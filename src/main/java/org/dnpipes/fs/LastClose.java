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

    /** @param opener the process that opened {@code file}; 0 if that is not known */
    LastClose(Processes processes, Processes.File file, int opener) {
        this.processes = processes;
        this.file = file;
        this.opener = opener;
    }

    /** Whether a line that {@code process} wrote last is finished, now that somebody has closed the file. */
    boolean endsLineOf(int process) {
        return !processes.hasOpen(opener, file) && !processes.hasOpen(process, file);
    }
}
