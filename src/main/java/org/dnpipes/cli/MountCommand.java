package org.dnpipes.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.dnpipes.logging.Logging;
import org.dnpipes.mount.Background;
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

    /** From when the kernel knows of the mount until it can be used. */
    private static final long LONGEST_START_SECONDS = 10;

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
            names = "--metrics",
            paramLabel = "HOST:PORT",
            description = "Serve metrics for Prometheus there, at /metrics; PORT alone: for this host alone.")
    private @Nullable InetSocketAddress metrics;

    @Option(names = "-o", paramLabel = "OPTION[,…]", description = "Options of the mount, as of mount(8); see below.")
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
        boolean background = readiness.isInBackground() && !foreground;
        if (background) {
            new Background().closeCallersFiles(System.getProperty("dnpipes.files", ""));
            Logging.toFile(MountRecord.log(place, environment), debug);
        } else {
            Logging.toStandardError(debug);
        }
        MountRecord mountRecord = MountRecord.of(place, environment);
        SdNotify manager = SdNotify.of(environment);
        CompletableFuture<Mounting.Mounted> started = new CompletableFuture<>();
        // Before: nothing stays mounted when this process ends, whenever that is, and whatever is thrown below.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> end(place, started, mountRecord, manager), "dnpipes-end"));
        Mounting.Mounted mount;
        try {
            mount = tried(() -> mounting.mount(request(place)));
            started.complete(mount);
        } finally {
            started.cancel(false);
        }
        mountRecord.write();
        if (background) {
            new Background().leaveSession();
        }
        manager.ready(place);
        if (!readiness.ready()) {
            throw new IOException("interrupted before it was ready");
        }
        mount.awaitEnd();
        return ExitCode.DONE;
    }

    private Mounting.Request request(Path place) {
        return new Mounting.Request(place, options, cluster.request(), debug, metrics);
    }

    private <T> T tried(Supplier<T> action) {
        try {
            return action.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static void end(
            Path place, CompletableFuture<Mounting.Mounted> started, MountRecord mountRecord, SdNotify manager) {
        manager.stopping();
        if (!started.isDone() && !ClientUnmount.isMounted(place)) {
            return;
        }
        try {
            started.get(LONGEST_START_SECONDS, TimeUnit.SECONDS).close();
            mountRecord.delete();
        } catch (CancellationException | ExecutionException | TimeoutException | InterruptedException e) {
            LOG.debug("there is no mount to be ended", e);
        } catch (IOException e) {
            LOG.warn("cannot delete {} ({})", mountRecord.file(), e.toString());
        }
    }
}
