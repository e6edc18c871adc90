/**
 * Who writes which pipe, across all mounts of a cluster. Mounts tell each other by notices in a log that all of them
 * read; what a notice means depends on the notices before it alone, so all come to the same conclusions.
 */
@NullMarked
package org.dnpipes.presence;

import org.jspecify.annotations.NullMarked;
