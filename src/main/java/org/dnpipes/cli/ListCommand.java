package org.dnpipes.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dnpipes.mount.ClientList;
import org.dnpipes.mount.ClientTarget;
import org.dnpipes.mount.ClusterConnection;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "list",
        description = {
            "Lists the pipes of a cluster, as ls does in a mount: a line for each, with what push, pull and reset call it.",
            "",
            "A topic of several partitions has as many pipes."
        })
final class ListCommand implements Callable<Integer> {
    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @ArgGroup
    private Form form = new Form();

    @Option(names = "--no-start", description = "Do not start the embedded broker: list nothing if it does not run.")
    private boolean noStart;

    @Parameters(paramLabel = "TOPIC", arity = "0..*", description = "Only these topics.")
    private final List<ClientTarget> topics = new ArrayList<>();

    private static final class Form {
        @Option(
                names = {"-l", "--long"},
                description = "With the number of messages, gaps included, and the offsets of the first and behind the"
                        + " last.")
        private boolean details;

        @Option(names = "--json", description = "The same for programs.")
        private boolean json;
    }

    @Override
    public Integer call() throws IOException {
        Optional<ClusterConnection> found = noStart ? cluster.connectIfRunning() : Optional.of(cluster.connect());
        if (found.isEmpty()) {
            return ExitCode.DONE;
        }
        try (ClusterConnection connection = found.get();
                OutputStream output = new StandardOutput()) {
            ClientList list =
                    connection.list(topics.stream().map(ClientTarget::topic).toList());
            String text = form.json ? list.json() : form.details ? list.details() : list.names();
            output.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return ExitCode.DONE;
    }
}
