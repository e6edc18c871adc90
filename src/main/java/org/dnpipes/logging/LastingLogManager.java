package org.dnpipes.logging;

import java.io.IOException;
import java.io.InputStream;
import java.util.logging.LogManager;

/**
 * Goes on logging while the JVM ends: the usual one drops all handlers at the same time as a daemon is stopped by a
 * signal, and what goes wrong then would be told to nobody. It has to be named on the command line of the JVM, as the
 * property {@code java.util.logging.manager}.
 */
public final class LastingLogManager extends LogManager {
    private boolean replacing;

    /** Called by the JVM. */
    public LastingLogManager() {}

    /** Replaces all levels and handlers. */
    synchronized void replace(InputStream configuration) throws IOException {
        replacing = true;
        try {
            readConfiguration(configuration);
        } finally {
            replacing = false;
        }
    }

    /** Does nothing when it is the end of the JVM that calls it. */
    @Override
    public void reset() {
        if (replacing) {
            super.reset();
        }
    }
}
