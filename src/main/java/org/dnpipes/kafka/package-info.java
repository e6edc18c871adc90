/** Kafka as the engine of pipes. The only package that knows kafka-clients; implements the ports of {@code pipe}. */
@NullMarked
package org.dnpipes.kafka;

import org.jspecify.annotations.NullMarked;
