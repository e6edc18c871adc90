package org.dnpipes.fuse;

import org.jspecify.annotations.Nullable;

/** Why the file system cannot be mounted. The message is a sentence for the user. */
public final class MountFailure extends RuntimeException {
    MountFailure(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }

    MountFailure(String sentence) {
        this(sentence, null);
    }
}
