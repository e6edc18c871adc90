package org.dnpipes.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.dnpipes.mount.ClientTarget;
import org.dnpipes.mount.ClusterConnection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "reset",
        description = "Removes all messages that are in TOPIC now, for everybody. What is pushed meanwhile stays.")
final class ResetCommand implements Callable<Integer> {
    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "TOPIC[/N]", description = "The topic, and which pipe if it has several.")
    private @Nullable ClientTarget target;

    @Override
    public Integer call() {
        try (ClusterConnection connection = cluster.connect()) {
            connection.reset().reset(Objects.requireNonNull(target));
        }
        return ExitCode.DONE;
    }
}
