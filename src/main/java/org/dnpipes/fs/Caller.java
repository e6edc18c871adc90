package org.dnpipes.fs;

/**
 * Who makes a request that has to do with names.
 *
 * <p>Such a request is served by the thread that calls the file system, which may wait; a signal for the process has to
 * end that wait.
 */
public interface Caller {

    /** The id of the calling thread in the daemon's pid namespace; 0 if it is not in there. */
    int tid();

    /**
     * Says what to do when a signal interrupts the request, until the next call of this method. If the interrupt has
     * come already, it is done at once.
     */
    void onInterrupt(Runnable interrupted);
}
