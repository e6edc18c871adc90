package org.dnpipes.cli;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.dnpipes.logging.Logging;
import org.dnpipes.mount.ClientInquiry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "log-level",
        description = {
            "Sets how much a mount logs, or shows how much that is. It begins with info, with --debug at debug.",
            "",
            "What is set holds until it is mounted anew."
        })
final class LogLevelCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "MOUNTPOINT", description = "Where dnpipes is mounted.")
    private @Nullable Path mountpoint;

    @Parameters(
            index = "1",
            paramLabel = "LEVEL",
            arity = "0..1",
            description = "What is logged, and all that is worse: ${COMPLETION-CANDIDATES}.")
    private Logging.@Nullable LevelName level;

    @Override
    public Integer call() {
        Path place = Objects.requireNonNull(mountpoint);
        ClientInquiry inquiry = new ClientInquiry(System.getenv());
        if (level == null) {
            System.out.println(inquiry.logLevel(place));
        } else {
            inquiry.setLogLevel(place, level.name());
        }
        return ExitCode.DONE;
    }
}
