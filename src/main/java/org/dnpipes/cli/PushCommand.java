package org.dnpipes.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.dnpipes.mount.ClientTarget;
import org.dnpipes.mount.ClusterConnection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "push",
        description = {
            "Pushes each line of standard input to TOPIC, as writing to its file would do. What follows the last line feed"
                    + " is a line too. The topic is made if there is none.",
            "",
            "Ends with status 0 if every line is stored. Otherwise it says how many of the first lines are."
        })
final class PushCommand implements Callable<Integer> {
    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "TOPIC[/N]", description = "The topic, and which pipe if it has several.")
    private @Nullable ClientTarget target;

    @Override
    public Integer call() {
        try (ClusterConnection connection = cluster.connect()) {
            InputStream input = new FileInputStream(FileDescriptor.in);
            connection.push(Objects.requireNonNull(target)).pushAll(input);
        }
        return ExitCode.DONE;
    }
}
