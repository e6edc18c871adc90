package org.dnpipes.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.dnpipes.mount.ClientInquiry;
import org.dnpipes.mount.ClusterFailure;
import org.dnpipes.observe.Questions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        description = {
            "Shows what a mount does: pipes that are open, their readers and writers, how far readers are behind, how"
                    + " fast lines are pushed and pulled, and what has failed.",
            "",
            "Works while the cluster is away, too. Without MOUNTPOINT it shows all mounts that this user has made."
        })
final class StatusCommand implements Callable<Integer> {
    @Option(names = "--json", description = "For programs; without MOUNTPOINT an array.")
    private boolean json;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "How long to look, in order to tell how fast things go: 0 to 60. Otherwise 1; 0 tells nothing"
                    + " of that, at once.")
    private int interval;

    @Parameters(paramLabel = "MOUNTPOINT", arity = "0..1", description = "Where dnpipes is mounted.")
    private @Nullable Path mountpoint;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (interval < 0 || interval > Questions.LONGEST_INTERVAL_SECONDS) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--interval can be 0 to " + Questions.LONGEST_INTERVAL_SECONDS + " seconds, not " + interval);
        }
        ClientInquiry inquiry = new ClientInquiry(System.getenv());
        if (mountpoint != null) {
            print(inquiry.status(mountpoint, json, interval));
            return ExitCode.DONE;
        }
        return all(inquiry);
    }

    private int all(ClientInquiry inquiry) throws IOException {
        List<Path> mountpoints = ClientInquiry.mountpoints();
        if (mountpoints.isEmpty() && !json) {
            throw new ClusterFailure("this user has mounted nothing of dnpipes");
        }
        List<String> answers = new ArrayList<>();
        int status = ExitCode.DONE;
        for (Path each : mountpoints) {
            try {
                answers.add(inquiry.status(each, json, interval));
            } catch (ClusterFailure e) {
                Notice.say(String.valueOf(e.getMessage()));
                status = ExitCode.FAILED;
            }
        }
        print(json ? "[" + String.join(",", answers) + "]\n" : String.join("\n", answers));
        return status;
    }

    private static void print(String text) throws IOException {
        try (OutputStream output = new StandardOutput()) {
            output.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
