package org.dnpipes.fs;

/**
 * An open file.
 *
 * @param fh identifies it until it is released
 * @param stream it has no position: seeking in it fails, and reads do not hold up writes
 */
public record Opened(long fh, boolean stream) {}
