package org.dnpipes.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.regex.Pattern;
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
    private static final int LONGEST = 1000;
    /** One space for a line break of two characters, and for each other. */
    private static final Pattern CONTROL = Pattern.compile("\\R|\\p{Cc}");

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
                shortened(String.valueOf(thrown.getMessage())) + "; see '"
                        + command.getCommandSpec().qualifiedName() + " --help'");
        return ExitCode.USAGE;
    }

    private static String sentence(Exception thrown) {
        return thrown instanceof IOException
                ? "input or output failed (" + thrown.getMessage() + ")"
                : String.valueOf(ClusterFailure.of(thrown).getMessage());
    }

    /** What users have typed is part of many messages, and need not be text that a terminal should get. */
    private static void say(PrintWriter error, String sentence) {
        error.println("dnpipes: " + shortened(sentence));
        error.flush();
    }

    private static String shortened(String sentence) {
        String line = CONTROL.matcher(sentence).replaceAll(" ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
