package org.dnpipes.fs;

/**
 * Who makes a request that has to do with names.
 *
 * <p>Such a request is served by the thread that calls the file system, which may wait; a signal that kills the process
 * has to end that wait.
 */
public interface Caller {

    /** The id of the calling thread in the daemon's pid namespace; 0 if it is not in there. */
    int tid();

    /** Whether the kernel looks for a name, which it may do just before it asks for more, all within one call. */
    boolean looksUp();

    /** Whether a signal has come for the calling thread since it made the request; it may be one that ends nothing. */
    boolean isInterrupted();
}
