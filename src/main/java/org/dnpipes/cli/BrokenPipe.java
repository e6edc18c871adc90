package org.dnpipes.cli;

import java.io.IOException;

/** Standard output cannot be written to any more. */
final class BrokenPipe extends IOException {
    BrokenPipe(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
