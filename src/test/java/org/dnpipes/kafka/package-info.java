/** The ports on a real Kafka. */
@NullMarked
package org.dnpipes.kafka;

import org.jspecify.annotations.NullMarked;
