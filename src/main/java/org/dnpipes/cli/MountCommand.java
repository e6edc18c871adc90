package org.dnpipes.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.dnpipes.logging.Logging;
import org.dnpipes.mount.ClientUnmount;
import org.dnpipes.mount.Mount;
import org.dnpipes.mount.MountRecord;
import org.dnpipes.mount.Mounting;
import org.dnpipes.mount.SdNotify;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "mount",
        description = {
            "Shows the topics of a Kafka cluster as files in MOUNTPOINT, and stays in the background to serve them.",
            "",
            "Returns when the files can be used."
        })
final class MountCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(MountCommand.class);

    private final Mounting mounting;
    private final Readiness readiness;
    private final Map<String, String> environment = System.getenv();

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = {"-f", "--foreground"},
            description = "Stay in front and log to standard error.")
    private boolean foreground;

    @Option(names = "--debug", description = "Log more, with stack traces.")
    private boolean debug;

    @Option(names = "--fake", hidden = true, description = "Check the command line and the configuration, no more.")
    private boolean fake;

    @Option(
            names = "-o",
            paramLabel = "OPTION[,…]",
            description = "Options of the mount, as of mount(8): ro, allow_other, timeout=SECONDS, …")
    private final List<String> options = new ArrayList<>();

    @Parameters(paramLabel = "MOUNTPOINT", description = "An empty directory.")
    private @Nullable Path mountpoint;

    @Spec
    private @Nullable CommandSpec spec;

    MountCommand(Mounting mounting, Readiness readiness) {
        this.mounting = mounting;
        this.readiness = readiness;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path place = ClientUnmount.located(Objects.requireNonNull(mountpoint));
        if (fake) {
            tried(() -> {
                Mount.check(request(place), environment);
                return place;
            });
            return ExitCode.DONE;
        }
        if (readiness.isInBackground() && !foreground) {
            Logging.toFile(MountRecord.log(place, environment), debug);
        } else {
            Logging.toStandardError(debug);
        }
        Mounting.Mounted mount = tried(() -> mounting.mount(request(place)));
        MountRecord mountRecord = MountRecord.of(place, environment);
        SdNotify manager = SdNotify.of(environment);
        // Also for what is thrown below: nothing stays mounted when this process ends.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(mount, mountRecord, manager), "dnpipes-end"));
        mountRecord.write();
        manager.ready(place);
        if (!readiness.ready()) {
            throw new IOException("interrupted before it was ready");
        }
        mount.awaitEnd();
        return ExitCode.DONE;
    }

    private Mounting.Request request(Path place) {
        return new Mounting.Request(place, options, cluster.request(), debug);
    }

    private <T> T tried(Supplier<T> action) {
        try {
            return action.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static void end(Mounting.Mounted mount, MountRecord mountRecord, SdNotify manager) {
        manager.stopping();
        mount.close();
        try {
            mountRecord.delete();
        } catch (IOException e) {
            LOG.warn("cannot delete {} ({})", mountRecord.file(), e.toString());
        }
    }
}
