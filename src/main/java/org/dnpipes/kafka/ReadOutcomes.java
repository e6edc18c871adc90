package org.dnpipes.kafka;

import org.dnpipes.kafka.Feed.Wanted;

/** What consumers tell about reads that they could not serve. Called by their threads; must not block. */
interface ReadOutcomes {

    /** There is nothing to read yet, or nobody answers. */
    void nothingYet(Wanted read);

    /** The position is said not to exist. */
    void outOfRange(Wanted read);

    /** Kafka has refused. */
    void failed(Wanted read, RuntimeException failure);

    /** The consumer could not go on, for reasons that may not be those of this read. */
    void again(Wanted read);
}
