package org.dnpipes.mount;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.dnpipes.broker.BrokerFailure;
import org.dnpipes.files.DirectoryFailure;
import org.dnpipes.fuse.MountFailure;
import org.dnpipes.pipe.PipeFailure;
import org.jspecify.annotations.Nullable;

/** Why a command could not do what it was asked for. The message is one sentence for the user. */
public final class ClusterFailure extends RuntimeException {
    public ClusterFailure(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }

    public ClusterFailure(String sentence) {
        this(sentence, null);
    }

    /** The sentence of whatever was thrown; for what nobody foresaw, the exception's own text. */
    public static ClusterFailure of(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ClusterFailure failure) {
            return failure;
        }
        boolean isSentence = cause instanceof PipeFailure
                || cause instanceof BrokerFailure
                || cause instanceof MountFailure
                || cause instanceof DirectoryFailure;
        return new ClusterFailure(String.valueOf(isSentence ? cause.getMessage() : cause), cause);
    }
}
