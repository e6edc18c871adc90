package org.dnpipes.broker;

import org.jspecify.annotations.Nullable;

/** Why there is no embedded broker. The message is one sentence for the user, with the place to look at. */
public final class BrokerFailure extends RuntimeException {
    public BrokerFailure(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }

    public BrokerFailure(String sentence) {
        this(sentence, null);
    }
}
