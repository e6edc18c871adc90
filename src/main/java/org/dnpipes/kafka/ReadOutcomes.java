package org.dnpipes.kafka;

import org.dnpipes.kafka.Feed.Wanted;

/** What consumers tell about reads that they could not serve. Called by their threads; must not block. */
interface ReadOutcomes {
    /** Nothing is known of lost messages. */
    long ALL = Long.MAX_VALUE;

    /** There is nothing to read yet, or nobody answers. */
    void nothingYet(Wanted read);

    /**
     * The position is said not to exist.
     *
     * @param intact messages from this one on are said to have been lost (KIP-320), or {@link #ALL}
     */
    void outOfRange(Wanted read, long intact);

    /** Kafka has refused. */
    void failed(Wanted read, RuntimeException failure);

    /** The consumer could not go on, for reasons that may not be those of this read. */
    void again(Wanted read);
}
