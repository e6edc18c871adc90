package org.dnpipes.fs;

/** What a file handle stands for: an open directory or an open pipe. */
sealed interface Handle permits OpenDirectory, OpenPipe {}
