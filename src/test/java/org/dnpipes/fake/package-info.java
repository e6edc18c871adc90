/** A cluster in memory with knobs, for tests of whatever stands on the ports of {@code pipe}. */
@NullMarked
package org.dnpipes.fake;

import org.jspecify.annotations.NullMarked;
