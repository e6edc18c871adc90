package org.dnpipes.fs;

/**
 * A pipe that is open, at one moment.
 *
 * @param name as its file is called: the topic, and the number behind a slash if it has several
 * @param readers open files that read
 * @param waiting those of them in which a read waits
 * @param writers open files that write
 * @param lag how many messages the reader that is furthest behind has not read, as far as is known here; gaps count,
 *     too
 * @param end one past the last message, as far as is known here
 * @param totals since it was opened first, unless it was forgotten meanwhile
 */
public record PipeFigures(String name, int readers, int waiting, int writers, long lag, long end, Totals totals) {}
