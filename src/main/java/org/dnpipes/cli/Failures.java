package org.dnpipes.cli;

import java.io.IOException;
import java.io.PrintWriter;
import org.dnpipes.mount.ClusterFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** What users are told when something fails, and the exit status: one line, and at debug level the stack trace. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult result) {
        if (thrown instanceof BrokenPipe) {
            return ExitCode.BROKEN_PIPE;
        }
        LOG.debug("the command failed", thrown);
        say(command.getErr(), sentence(thrown));
        return ExitCode.FAILED;
    }

    @Override
    public int handleParseException(ParameterException thrown, String[] arguments) {
        CommandLine command = thrown.getCommandLine();
        say(
                command.getErr(),
                thrown.getMessage() + "; see '" + command.getCommandSpec().qualifiedName() + " --help'");
        return ExitCode.USAGE;
    }

    private static String sentence(Exception thrown) {
        return thrown instanceof IOException
                ? "input or output failed (" + thrown.getMessage() + ")"
                : String.valueOf(ClusterFailure.of(thrown).getMessage());
    }

    private static void say(PrintWriter error, String sentence) {
        error.println("dnpipes: " + sentence.replace('\n', ' '));
        error.flush();
    }
}
