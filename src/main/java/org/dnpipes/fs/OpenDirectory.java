package org.dnpipes.fs;

/**
 * An open directory.
 *
 * @param node what it lists; names are asked for anew for each listing
 */
record OpenDirectory(Node node) implements Handle {}
