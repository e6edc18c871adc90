package org.dnpipes.cli;

/** With which status commands end; 130 and 143 are the JVM's, after SIGINT and SIGTERM. */
final class ExitCode {
    static final int DONE = 0;
    /** With a line on standard error that says why. */
    static final int FAILED = 1;
    /** Of a command line that cannot be understood. */
    static final int USAGE = 2;
    /** Whoever read the output has gone. Said to nobody, as by tools that SIGPIPE ends: 128 + 13. */
    static final int BROKEN_PIPE = 141;

    private ExitCode() {}
}
