package org.dnpipes.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.dnpipes.logging.Logging;
import org.dnpipes.mount.ClientTarget;
import org.dnpipes.mount.Mount;
import org.dnpipes.mount.Mounting;
import picocli.CommandLine;
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
        return new CommandLine(new DnpipesCommand())
                .addSubcommand(new MountCommand(mounting, readiness))
                .addSubcommand(new UmountCommand())
                .addSubcommand(new BrokerCommand())
                .addSubcommand(new PushCommand())
                .addSubcommand(new PullCommand())
                .addSubcommand(new ResetCommand())
                .registerConverter(Path.class, new CallerPath(System.getProperty("dnpipes.background")))
                .registerConverter(ClientTarget.class, Main::target)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
    }

    private static ClientTarget target(String text) {
        try {
            return ClientTarget.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
