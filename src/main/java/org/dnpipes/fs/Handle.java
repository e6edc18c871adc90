package org.dnpipes.fs;

/** What a file handle stands for: an open directory or an open pipe. */
sealed interface Handle permits OpenDirectory, OpenPipe {

    /** The last descriptor is closed. Must not wait. */
    void release();
}
