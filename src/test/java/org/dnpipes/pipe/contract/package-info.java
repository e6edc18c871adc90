/** What every implementation of the ports of {@code pipe} has to do, as tests that each of them runs. */
@NullMarked
package org.dnpipes.pipe.contract;

import org.jspecify.annotations.NullMarked;
