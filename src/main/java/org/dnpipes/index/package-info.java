/** What is known of the bytes of pipes, kept on this host for later mounts. */
@NullMarked
package org.dnpipes.index;

import org.jspecify.annotations.NullMarked;
