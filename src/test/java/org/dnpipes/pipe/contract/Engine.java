package org.dnpipes.pipe.contract;

import java.util.OptionalInt;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;
import org.jspecify.annotations.Nullable;

/**
 * A running cluster, as the contracts need it: the ports under test, and the deeds of others that the ports have to
 * cope with. One engine serves all tests of a class, or of many; each test uses topics of its own. Every method waits
 * until what it does has happened, and fails with any exception if it cannot be done.
 */
public interface Engine {

    /** A new connection, independent of those before. */
    Connection connect();

    /** Makes a topic of any legal name, one that begins with "__" included. */
    Topic createTopic(String name, int pipes);

    /** Makes a topic of one pipe whose longest line is shorter than 10,000 bytes. */
    Topic createTopicOfShortLines(String name);

    /** Makes a topic of one pipe whose rules forbid to remove messages by a request. */
    Topic createTopicThatRefusesRemoval(String name);

    /** Deletes the topic of that name. It can be created again at once. */
    void deleteTopic(String name);

    /** Gives the topic of that name more pipes. */
    void growTopic(String name, int pipes);

    /**
     * Stores a message, acknowledged, as a foreign producer does.
     *
     * @param timestamp in milliseconds since the epoch, kept as it is
     * @return its sequence number
     */
    long append(PipeId pipe, byte @Nullable [] value, long timestamp);

    /** Adds one or more sequence numbers without a message that readers see, at the end of the pipe. */
    void gap(PipeId pipe);

    /** Opens a foreign producer's transaction in the pipe. */
    Transaction begin(PipeId pipe);

    /** Drops the messages before {@code first}, as retention does. */
    void retainFrom(PipeId pipe, long first);

    /** The ports of one mount. */
    interface Connection extends AutoCloseable {
        Catalog catalog();

        Source source();

        Sink sink();

        /** How many reads of this connection wait at the pipe, where that can be told. */
        default OptionalInt waitingReads(PipeId pipe) {
            return OptionalInt.empty();
        }

        @Override
        void close();
    }

    /** An open transaction. */
    interface Transaction {

        /** Stores a message inside the transaction and waits until it is stored. */
        void append(byte[] value);

        void commit();

        void abort();
    }
}
