/** How dnpipes logs, for every process of it. Knows nothing but java.util.logging. */
@NullMarked
package org.dnpipes.logging;

import org.jspecify.annotations.NullMarked;
