package org.dnpipes.mount;

import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;

/** Resets pipes without a mount: removes what was in them when the call began, and nothing that is pushed meanwhile. */
public final class ClientReset {
    private final Catalog catalog;
    private final Source source;

    public ClientReset(Catalog catalog, Source source) {
        this.catalog = catalog;
        this.source = source;
    }

    /** Resets one pipe. Fails if there is no such topic. */
    public void reset(ClientTarget target) {
        Topic topic = ClientCall.await(catalog.find(target.topic()));
        ClientCall.await(reset(target.in(topic)));
    }

    /** Resets all pipes of a topic. Fails if there is no such topic. */
    public void resetAll(String name) {
        Topic topic = ClientCall.await(catalog.find(name));
        ClientCall.await(CompletableFuture.allOf(IntStream.range(0, topic.pipes())
                .mapToObj(number -> reset(topic.pipe(number)))
                .toArray(CompletableFuture<?>[]::new)));
    }

    private CompletableFuture<Void> reset(PipeId pipe) {
        // Up to the end as it is now: an open-ended removal would take what is pushed while it is retried.
        return source.extent(pipe).thenCompose(extent -> catalog.removeBefore(pipe, extent.end()));
    }
}
