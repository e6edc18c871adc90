package org.dnpipes.fs;

/**
 * What was done with a pipe, or with all pipes of a mount, since it was mounted.
 *
 * @param pushedMessages lines that are stored
 * @param pushedBytes their bytes, with their line feeds
 * @param pulledMessages messages that readers got to the end of; one that is read again counts again
 * @param pulledBytes bytes that readers got
 * @param failures open files that have failed in writing, and reads that have failed
 */
public record Totals(long pushedMessages, long pushedBytes, long pulledMessages, long pulledBytes, long failures) {
    public static final Totals NONE = new Totals(0, 0, 0, 0, 0);

    /** What was done since {@code earlier}. */
    public Totals since(Totals earlier) {
        return new Totals(
                pushedMessages - earlier.pushedMessages,
                pushedBytes - earlier.pushedBytes,
                pulledMessages - earlier.pulledMessages,
                pulledBytes - earlier.pulledBytes,
                failures - earlier.failures);
    }
}
