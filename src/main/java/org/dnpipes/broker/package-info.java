/** The embedded single-node Kafka that makes one machine enough. */
@NullMarked
package org.dnpipes.broker;

import org.jspecify.annotations.NullMarked;
