package org.dnpipes.mount;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;

/** Lists the pipes of a cluster without a mount, in the order of their names. */
public final class ClientList {
    private final Source source;
    private final List<Topic> topics;

    /** @param names which topics; all if there are none. Fails if there is no such topic. */
    ClientList(Catalog catalog, Source source, Collection<String> names) {
        this.source = source;
        this.topics = names.isEmpty()
                ? ClientCall.await(catalog.list()).stream()
                        .sorted(Comparator.comparing(Topic::name))
                        .toList()
                : found(catalog, names);
    }

    private static List<Topic> found(Catalog catalog, Collection<String> names) {
        return names.stream().map(catalog::find).toList().stream()
                .map(ClientCall::await)
                .toList();
    }

    /** What commands call each pipe, a line each. */
    public String names() {
        return lines(topics.stream().flatMap(ClientList::pipes).map(pipe -> name(pipe.topic(), pipe.id())));
    }

    /** With the number of messages, the offset of the first and the one behind the last. */
    public String details() {
        Map<PipeId, Extent> extents = extents();
        return String.format("%12s %12s %12s  %s%n", "MESSAGES", "FIRST", "END", "PIPE")
                + lines(topics.stream().flatMap(ClientList::pipes).map(pipe -> {
                    Extent extent = extents.get(pipe.id());
                    return extent == null
                            ? String.format("%12s %12s %12s  %s", "?", "?", "?", name(pipe.topic(), pipe.id()))
                            : String.format(
                                    "%12d %12d %12d  %s",
                                    extent.end() - extent.first(),
                                    extent.first(),
                                    extent.end(),
                                    name(pipe.topic(), pipe.id()));
                }));
    }

    /** The same for programs. */
    public String json() throws IOException {
        Map<PipeId, Extent> extents = extents();
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartArray();
            for (Topic topic : topics) {
                json.writeStartObject();
                json.writeStringField("topic", topic.name());
                json.writeStringField("id", topic.id());
                json.writeArrayFieldStart("pipes");
                for (Pipe pipe : pipes(topic).toList()) {
                    json.writeStartObject();
                    json.writeStringField("pipe", name(topic, pipe.id()));
                    json.writeNumberField("partition", pipe.id().number());
                    Extent extent = extents.get(pipe.id());
                    if (extent != null) {
                        json.writeNumberField("first", extent.first());
                        json.writeNumberField("end", extent.end());
                        json.writeNumberField("messages", extent.end() - extent.first());
                    }
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        return text.append('\n').toString();
    }

    private record Pipe(Topic topic, PipeId id) {}

    private static Stream<Pipe> pipes(Topic topic) {
        return IntStream.range(0, topic.pipes()).mapToObj(number -> new Pipe(topic, topic.pipe(number)));
    }

    private static String name(Topic topic, PipeId pipe) {
        return topic.pipes() == 1 ? topic.name() : pipe.toString();
    }

    private static String lines(Stream<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** Asked all at a time. Without those that were deleted meanwhile, and those that this user may not see. */
    private Map<PipeId, Extent> extents() {
        Map<PipeId, CompletableFuture<Optional<Extent>>> asked = new LinkedHashMap<>();
        topics.stream()
                .flatMap(ClientList::pipes)
                .forEach(pipe -> asked.put(
                        pipe.id(),
                        source.extent(pipe.id()).thenApply(Optional::of).exceptionally(ClientList::none)));
        Map<PipeId, Extent> extents = new LinkedHashMap<>();
        asked.forEach((pipe, answer) -> {
            ClientCall.await(answer).ifPresent(extent -> extents.put(pipe, extent));
        });
        return extents;
    }

    private static Optional<Extent> none(Throwable failure) {
        return switch (PipeFailure.of(failure).reason()) {
            case MISSING, GONE, UNAUTHORIZED -> Optional.empty();
            default -> throw ClusterFailure.of(failure);
        };
    }
}
