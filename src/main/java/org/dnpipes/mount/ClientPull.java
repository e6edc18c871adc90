package org.dnpipes.mount;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;

/** Pulls messages without a mount. Not safe for use by several threads. */
public final class ClientPull {
    private final Source source;
    private final List<Reading> readings = new ArrayList<>();
    /** Whose messages have come. One place each: a pipe has one read under way. */
    private final BlockingQueue<Reading> come;

    /** Where to begin. */
    public enum From {
        /** With the first message that is retained. */
        START,
        /** With the first message that is pushed from now on. */
        END
    }

    private ClientPull(Source source, List<PipeId> pipes, From from) {
        this.source = source;
        this.come = new ArrayBlockingQueue<>(pipes.size());
        List<CompletableFuture<Extent>> extents =
                pipes.stream().map(source::extent).toList();
        for (int i = 0; i < pipes.size(); i++) {
            Extent extent = ClientCall.await(extents.get(i));
            readings.add(new Reading(pipes.get(i), from == From.START ? extent.first() : extent.end(), extent.end()));
        }
    }

    /** Opens one pipe. Fails if there is no such topic. */
    public static ClientPull open(Catalog catalog, Source source, ClientTarget target, From from) {
        Topic topic = ClientCall.await(catalog.find(target.topic()));
        return new ClientPull(source, List.of(target.in(topic)), from);
    }

    /** Opens all pipes of a topic. Fails if there is no such topic. */
    public static ClientPull openAll(Catalog catalog, Source source, String name, From from) {
        Topic topic = ClientCall.await(catalog.find(name));
        return new ClientPull(
                source, IntStream.range(0, topic.pipes()).mapToObj(topic::pipe).toList(), from);
    }

    /** Writes every message up to the end as it was when this was opened, each with a line feed behind it. */
    public void snapshot(OutputStream output) throws IOException {
        List<Reading> unfinished =
                readings.stream().filter(Reading::isBeforeEnd).toList();
        unfinished.forEach(this::read);
        int open = unfinished.size();
        while (open > 0) {
            Reading reading = take();
            reading.write(output, reading.end);
            if (reading.isBeforeEnd()) {
                read(reading);
            } else {
                open--;
            }
        }
    }

    /** Writes every message, each with a line feed behind it, and waits for more for ever. */
    public void follow(OutputStream output) throws IOException {
        readings.forEach(this::read);
        while (true) {
            Reading reading = take();
            reading.write(output, Long.MAX_VALUE);
            read(reading);
        }
    }

    private void read(Reading reading) {
        reading.read = source.read(reading.pipe, reading.position);
        var unused = reading.read.whenComplete((chunk, thrown) -> come.add(reading));
    }

    private Reading take() {
        try {
            return come.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterFailure("interrupted", e);
        }
    }

    /** One pipe and how far it has been read. */
    private static final class Reading {
        private final PipeId pipe;
        private final long end;
        private long position;
        private CompletableFuture<Chunk> read = new CompletableFuture<>();

        Reading(PipeId pipe, long position, long end) {
            this.pipe = pipe;
            this.position = position;
            this.end = end;
        }

        boolean isBeforeEnd() {
            return position < end;
        }

        /** Writes what has come, up to {@code limit}, and steps over what is not retained any more. */
        void write(OutputStream output, long limit) throws IOException {
            try {
                Chunk chunk = read.join();
                byte[] bytes = new byte[chunk.positionOf(limit)];
                chunk.copyTo(ByteBuffer.wrap(bytes), 0);
                output.write(bytes);
                output.flush();
                position = chunk.next();
            } catch (RuntimeException e) {
                if (!(PipeFailure.of(e) instanceof PipeFailure.OutOfRange outOfRange)) {
                    throw ClusterFailure.of(e);
                }
                // A reset or retention has removed them; it goes on with what there is.
                Extent extent = outOfRange.extent();
                position = position < extent.first() ? extent.first() : extent.end();
            }
        }
    }
}
