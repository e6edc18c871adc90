package org.dnpipes.logging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether systemd's journal reads what this process says; see JOURNAL_STREAM in systemd.exec(5). */
final class Journal {
    private Journal() {}

    static boolean isStandardError() {
        return is(Path.of("/proc/self/fd/2"), System.getenv());
    }

    /** The variable alone does not tell: whoever started this process may have sent its output elsewhere. */
    static boolean is(Path stream, Map<String, String> environment) {
        String journal = environment.get("JOURNAL_STREAM");
        if (journal == null) {
            return false;
        }
        try {
            Map<String, Object> file = Files.readAttributes(stream, "unix:dev,ino");
            return journal.equals(file.get("dev") + ":" + file.get("ino"));
        } catch (IOException e) {
            return false;
        }
    }
}
