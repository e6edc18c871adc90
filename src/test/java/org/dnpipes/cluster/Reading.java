package org.dnpipes.cluster;

/**
 * What one reader got from the beginning of a pipe on.
 *
 * @param who for messages
 * @param bytes all that it got
 * @param ended whether it came to the end of file; otherwise it failed, or was ended
 * @param lastCall when it began to wait for what it then got as the end
 * @param end when it had it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Reading(String who, byte[] bytes, boolean ended, long lastCall, long end) {}
