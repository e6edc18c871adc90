package org.dnpipes.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.dnpipes.mount.ClientUnmount;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "umount",
        description = {
            "Ends a mount, with files open or not: pushed lines are stored, blocked readers are released.",
            "",
            "Returns when nothing is left of it."
        })
final class UmountCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MOUNTPOINT", description = "Where dnpipes is mounted.")
    private @Nullable Path mountpoint;

    @Override
    public Integer call() throws IOException, InterruptedException {
        new ClientUnmount(Objects.requireNonNull(mountpoint), System.getenv()).run();
        return ExitCode.DONE;
    }
}
