package org.dnpipes.mount;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.Lines;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Topic;

/** Pushes lines without a mount. Not safe for use by several threads. */
public final class ClientPush {
    private final Sink sink;
    private final PipeId pipe;
    private final int longest;
    /** Handed over and not known to be stored; the sink's window bounds it. */
    private final Deque<Flight> flights = new ArrayDeque<>();

    private long stored;

    private record Flight(int lines, CompletableFuture<Long> stored) {}

    private ClientPush(Sink sink, PipeId pipe, int longest) {
        this.sink = sink;
        this.pipe = pipe;
        this.longest = longest;
    }

    /** Opens a pipe for pushing, and makes its topic if there is none. */
    public static ClientPush open(Catalog catalog, Sink sink, ClientTarget target) {
        Topic topic = ClientCall.await(findOrCreate(catalog, target.topic()));
        return new ClientPush(sink, target.in(topic), ClientCall.await(catalog.longestLine(topic)));
    }

    private static CompletableFuture<Topic> findOrCreate(Catalog catalog, String name) {
        return catalog.find(name)
                .exceptionallyCompose(thrown -> PipeFailure.of(thrown).reason() == Reason.MISSING
                        ? catalog.create(name, false)
                        : CompletableFuture.failedFuture(thrown));
    }

    /**
     * Pushes every line of {@code input}, many at a time, and returns when all are stored.
     *
     * @return how many they were
     * @throws ClusterFailure that tells how many of the first lines are stored for certain
     */
    public long pushAll(InputStream input) {
        ClientLines lines = new ClientLines(input, longest);
        try {
            for (Lines some = lines.next(); !some.isEmpty(); some = lines.next()) {
                push(some);
            }
        } catch (ClientLines.TooLong e) {
            land(true);
            throw refused(
                    "line " + (stored + 1) + " is longer than the " + longest + " bytes that topic " + pipe.topic()
                            + " accepts",
                    e);
        } catch (IOException e) {
            land(true);
            throw refused("cannot read the lines to push (" + e.getMessage() + ")", e);
        }
        land(true);
        return stored;
    }

    private ClusterFailure refused(String why, Throwable cause) {
        return new ClusterFailure(why + "; " + stored + " lines before it are stored, nothing else was pushed", cause);
    }

    /** Pushes one line and returns when it is stored. */
    public void push(byte[] line) {
        if (line.length > longest) {
            throw new ClusterFailure("the line is longer than the " + longest + " bytes that topic " + pipe.topic()
                    + " accepts; it was not pushed");
        }
        ClientCall.await(sink.push(pipe, Lines.of(line)).stored());
    }

    private void push(Lines lines) {
        Sink.Push push = sink.push(pipe, lines);
        flights.add(new Flight(lines.size(), push.stored()));
        try {
            ClientCall.await(push.accepted());
        } catch (ClusterFailure e) {
            // Told with the count of what is stored, by the one that is behind.
            land(true);
            throw e;
        }
        land(false);
    }

    /** Counts what has been stored, in order, and waits for the rest if {@code all} is to be known. */
    private void land(boolean all) {
        for (Flight flight = flights.peek(); flight != null; flight = flights.peek()) {
            if (!all && !flight.stored().isDone()) {
                return;
            }
            try {
                ClientCall.await(flight.stored());
            } catch (ClusterFailure e) {
                throw stopped(String.valueOf(e.getMessage()), e);
            }
            stored += flight.lines();
            flights.remove();
        }
    }

    private ClusterFailure stopped(String why, Throwable cause) {
        return new ClusterFailure(
                why + "; the first " + stored + " lines are stored for certain, later ones may be or not", cause);
    }
}
