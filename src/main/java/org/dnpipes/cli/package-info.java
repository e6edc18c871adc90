/** The command line: picocli commands, exit codes, one place that turns failures into messages. */
@NullMarked
package org.dnpipes.cli;

import org.jspecify.annotations.NullMarked;
