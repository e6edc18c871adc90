package org.dnpipes.fuse;

import jnr.ffi.LibraryLoader;
import org.dnpipes.fuse.NativeFuse.OwnCalls;

/** What Java cannot do to the process that it runs in; in this package since no other may call the C library. */
public final class OwnProcess {
    private final OwnCalls calls =
            LibraryLoader.create(OwnCalls.class).failImmediately().load("c");

    /** Closes the file with that number, which Java must not know of. */
    public void close(int file) {
        calls.close(file);
    }

    /**
     * Begins a session, with a group of processes of its own and no terminal. Has no effect on the leader of a group,
     * which a process that was started by another one's fork is not.
     */
    public void beginSession() {
        calls.setsid();
    }
}
