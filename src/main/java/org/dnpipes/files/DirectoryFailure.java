package org.dnpipes.files;

import org.jspecify.annotations.Nullable;

/** Why nothing can be kept in a directory. The message is one sentence for the user, with what to do. */
public final class DirectoryFailure extends RuntimeException {
    DirectoryFailure(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }
}
