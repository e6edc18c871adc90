package org.dnpipes.presence;

import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;

/**
 * Where notices are kept: a topic like others, but hidden, and apart from the data of pipes. Safe for use by many
 * threads.
 */
public interface NoticeLog {
    /** The name of the topic. */
    String TOPIC = "__dnpipes";

    /** How many parts it has when it is made. A pipe's part depends on their number, which never changes. */
    int PARTS = 16;

    /** Finds the topic, and makes it if there is none. Fails with UNAUTHORIZED without the rights to. */
    CompletableFuture<Topic> topic();

    /**
     * Whether the brokers have put their time on its messages. Else they bear the time of each mount's own clock, which
     * says nothing about how old they are.
     */
    CompletableFuture<Boolean> hasTime();

    /** Where notices are pushed to. Gives up on one in a fraction of the lease. */
    Sink sink();

    /** Where notices are read from. */
    Source source();
}
