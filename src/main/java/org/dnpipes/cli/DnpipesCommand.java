package org.dnpipes.cli;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.dnpipes.mount.ClientTarget;
import org.dnpipes.mount.ClusterConnection;
import org.dnpipes.mount.ClusterRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        name = "dnpipes",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Distributed named pipes: the topics of a Kafka cluster as files.",
            "",
            "Which cluster: --bootstrap-servers or --config; else DNPIPES_BOOTSTRAP_SERVERS or DNPIPES_CONFIG; else"
                    + " ~/.config/dnpipes/client.properties, /etc/dnpipes/client.properties; else an embedded broker,"
                    + " which is started when it is needed and ends when nobody uses it.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:failed; a line on standard error says why",
            "2:the command line is wrong",
            "130:interrupted"
        })
final class DnpipesCommand implements Callable<Integer> {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this.")
    @SuppressWarnings("UnusedVariable") // Answered by picocli.
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    @SuppressWarnings("UnusedVariable") // Answered by picocli.
    private boolean version;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "Instead of a command: push the lines typed, or print what others push"
                    + " (${COMPLETION-CANDIDATES}).")
    private Session.@Nullable Mode mode;

    @Option(names = "--topic", paramLabel = "TOPIC", description = "With --mode: the topic.")
    private @Nullable ClientTarget topic;

    @Option(names = "--from-beginning", description = "With --mode=subscriber: begin with the first message retained.")
    private boolean fromBeginning;

    @Option(names = "--broker", paramLabel = "HOST:PORT", description = "With --mode: the same as --bootstrap-servers.")
    private @Nullable String broker;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (mode == null) {
            throw wrong("say which command, such as mount, umount, push or pull");
        }
        if (topic == null) {
            throw wrong("--mode needs --topic");
        }
        ClusterRequest cluster = new ClusterRequest(broker, null, null);
        try (ClusterConnection connection = ClusterConnection.open(cluster, System.getenv(), Notice::say)) {
            Session session = new Session(connection, topic);
            if (mode == Session.Mode.publisher) {
                session.publish();
            } else {
                session.subscribe(fromBeginning);
            }
        }
        return ExitCode.DONE;
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
    }
}
