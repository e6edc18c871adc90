package org.dnpipes.fs;

import java.time.Duration;

/**
 * How a mounted file system behaves; see docs/SEMANTICS.md for what each option means to a process.
 *
 * @param end what a plain reader finds at the end of a pipe
 * @param readOnly nothing can be changed
 * @param create new pipes can be created
 * @param delete pipes without messages can be unlinked
 * @param synchronous every write waits for its acknowledgement
 * @param uid the owner of everything
 * @param gid the group of everything
 * @param umask permission bits that are taken away
 * @param timeout how long an operation on names waits for the cluster, but never more than 10 s
 */
public record FsOptions(
        End end,
        boolean readOnly,
        boolean create,
        boolean delete,
        boolean synchronous,
        int uid,
        int gid,
        int umask,
        Duration timeout) {

    /** What a plain blocking reader finds at the end of a pipe. */
    public enum End {
        /** As a named pipe: the end comes when no writer is left. */
        WRITERS,
        /** It waits for more, whatever writers there are. */
        NEVER,
        /** As a regular file: the end is where the last message is. */
        END
    }
}
