package org.dnpipes.mount;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the command line makes a mount. */
@FunctionalInterface
public interface Mounting {

    /**
     * What the command line asks for.
     *
     * @param mountpoint absolute
     * @param options each value of {@code -o} as it was written: options with commas between them
     * @param cluster which cluster it says
     * @param debug whether to tell more in the log
     * @param metrics where to serve metrics; null for nowhere
     */
    record Request(
            Path mountpoint,
            List<String> options,
            ClusterRequest cluster,
            boolean debug,
            @Nullable InetSocketAddress metrics) {
        public Request {
            options = List.copyOf(options);
        }
    }

    /** A mount that can be used. */
    interface Mounted {
        /** Waits until it is not mounted any more and everything is closed. */
        void awaitEnd() throws InterruptedException;

        /** Unmounts and closes everything within a bounded time. Does nothing the second time. */
        void close();
    }

    /**
     * Mounts, and returns when the mount can be used.
     *
     * @throws IllegalArgumentException with a sentence, if the options are wrong
     * @throws RuntimeException with a sentence, see {@link ClusterFailure#of}
     */
    Mounted mount(Request request);
}
