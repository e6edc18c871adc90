package org.dnpipes.mount;

import java.util.regex.Pattern;
import org.dnpipes.fuse.OwnProcess;

/** Makes a daemon of this process, so far as its launcher cannot; see daemon(7). */
public final class Background {
    /** The first file that a shell's language has no way to close. */
    private static final int FIRST_LEFT_OPEN = 10;

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private final OwnProcess self = new OwnProcess();

    /**
     * Closes what the caller had open from {@value #FIRST_LEFT_OPEN} on, as the lock of a script that mounts.
     *
     * @param inherited the numbers of all files that this process began with
     */
    public void closeCallersFiles(String inherited) {
        BLANKS.splitAsStream(inherited.strip())
                .filter(number -> number.matches("[0-9]{2,9}"))
                .mapToInt(Integer::parseInt)
                .filter(number -> number >= FIRST_LEFT_OPEN)
                .forEach(self::close);
    }

    /**
     * Leaves the caller's session, and with it the caller's terminal and group of processes. Not before everything is
     * mounted: by its group autofs knows who mounts, and everybody else has to wait until that is done.
     */
    public void leaveSession() {
        self.beginSession();
    }
}
