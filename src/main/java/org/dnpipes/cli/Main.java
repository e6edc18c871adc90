package org.dnpipes.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.dnpipes.logging.Logging;
import org.dnpipes.mount.ClientTarget;
import org.dnpipes.mount.KnownOption;
import org.dnpipes.mount.Mount;
import org.dnpipes.mount.Mounting;
import org.dnpipes.observe.MetricsAddress;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.TypeConversionException;

/** Where the JVM begins. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the JVM with its status, see {@link ExitCode}. */
    public static void main(String[] arguments) throws IOException {
        Logging.ofCommand();
        Readiness readiness = Readiness.ofThisProcess();
        Mounting mounting = request -> Mount.start(request, System.getenv(), Notice::say);
        int status = commandLine(mounting, readiness).execute(arguments);
        readiness.exit(status);
        System.exit(status);
    }

    static CommandLine commandLine(Mounting mounting, Readiness readiness) {
        Failures failures = new Failures();
        CommandLine commands = new CommandLine(new DnpipesCommand())
                .addSubcommand(new MountCommand(mounting, readiness))
                .addSubcommand(new UmountCommand())
                .addSubcommand(new ListCommand())
                .addSubcommand(new StatusCommand())
                .addSubcommand(new DoctorCommand())
                .addSubcommand(new LogLevelCommand())
                .addSubcommand(new BrokerCommand())
                .addSubcommand(new PushCommand())
                .addSubcommand(new PullCommand())
                .addSubcommand(new ResetCommand())
                .registerConverter(Path.class, new CallerPath(System.getProperty("dnpipes.background")))
                .registerConverter(ClientTarget.class, Main::target)
                .registerConverter(InetSocketAddress.class, Main::address)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
        tellMountOptions(commands);
        return commands;
    }

    private static void tellMountOptions(CommandLine commands) {
        UsageMessageSpec help = Objects.requireNonNull(commands.getSubcommands().get("mount"))
                .getCommandSpec()
                .usageMessage();
        help.footerHeading("%nOptions of the mount, with -o:%n");
        help.footer(KnownOption.ALL.stream()
                .flatMap(option -> Stream.of(
                        "  " + option.name() + (option.value().isEmpty() ? "" : "=" + option.value()),
                        "      " + option.meaning()))
                .toArray(String[]::new));
    }

    private static InetSocketAddress address(String text) {
        try {
            return MetricsAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    private static ClientTarget target(String text) {
        try {
            return ClientTarget.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
