package org.dnpipes.cli;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.dnpipes.mount.ClientPull;
import org.dnpipes.mount.ClientTarget;
import org.dnpipes.mount.ClusterConnection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pull",
        description = {
            "Prints the messages of TOPIC from the first that is retained, a line each, and removes none.",
            "",
            "Ends at the end of the pipe as it was when the command started. Unlike a reader of the file it does not"
                    + " wait for writers."
        })
final class PullCommand implements Callable<Integer> {
    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @ArgGroup
    private End end = new End();

    @Parameters(paramLabel = "TOPIC[/N]", description = "The topic, and which pipe if it has several.")
    private @Nullable ClientTarget target;

    private static final class End {
        @Option(names = "--follow", description = "Wait for more at the end, until interrupted.")
        private boolean follow;

        @Option(names = "--snapshot", description = "Stop at the end. This is what happens anyway.")
        private boolean snapshot;
    }

    @Override
    public Integer call() throws IOException {
        try (ClusterConnection connection = cluster.connect()) {
            ClientPull pull = connection.pull(Objects.requireNonNull(target), ClientPull.From.START);
            if (end.follow && !end.snapshot) {
                pull.follow(new StandardOutput());
            }
            pull.snapshot(new StandardOutput());
        }
        return ExitCode.DONE;
    }
}
