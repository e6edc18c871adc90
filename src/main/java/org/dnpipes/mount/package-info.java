/** Composition root and lifecycle of one mount: options, wiring, readiness, and closing in order. */
@NullMarked
package org.dnpipes.mount;

import org.jspecify.annotations.NullMarked;
