/**
 * The vocabulary of pipes and the ports to whatever stores them: catalog, source, sink, writer presence, framing, byte
 * index.
 */
@NullMarked
package org.dnpipes.pipe;

import org.jspecify.annotations.NullMarked;
