/**
 * A real cluster of brokers in containers, hosts with a network of their own, and rounds of random faults under load
 * whose outcome is audited. Run by {@code native-test/faults.bats}.
 */
@NullMarked
package org.dnpipes.cluster;

import org.jspecify.annotations.NullMarked;
