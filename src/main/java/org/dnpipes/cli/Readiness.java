package org.dnpipes.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * How a mount in the background tells the launcher what became of it: by a line on standard output, which the launcher
 * reads until then and shows to nobody. It passes on all other lines to the user. In front, nothing is told.
 */
final class Readiness {
    private final PrintStream launcher;
    private final boolean told;

    /**
     * To one launcher.
     *
     * @param background whether there is one that reads
     */
    Readiness(PrintStream launcher, boolean background) {
        this.launcher = launcher;
        this.told = background;
    }

    /** The launcher that started this process, if it waits. */
    static Readiness ofThisProcess() {
        return new Readiness(System.out, System.getProperty("dnpipes.background") != null);
    }

    boolean isInBackground() {
        return told;
    }

    /**
     * Lets the launcher go: it ends with success. From now on nobody reads what this process prints.
     *
     * @return false if the launcher is gone already, because the user has interrupted it
     */
    boolean ready() {
        boolean heard = tell("ready");
        if (told) {
            PrintStream nobody = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            System.setOut(nobody);
            System.setErr(nobody);
        }
        return heard;
    }

    /** Lets the launcher end with that status, unless it has ended. */
    void exit(int status) {
        tell("exit " + status);
    }

    private boolean tell(String what) {
        if (told) {
            launcher.print("@dnpipes " + what + "\n");
            launcher.flush();
        }
        return !launcher.checkError();
    }
}
