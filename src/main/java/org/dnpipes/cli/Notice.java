package org.dnpipes.cli;

/** What a command that succeeds has to say beside its output. */
final class Notice {
    private Notice() {}

    static void say(String line) {
        System.err.println("dnpipes: " + line);
    }
}
