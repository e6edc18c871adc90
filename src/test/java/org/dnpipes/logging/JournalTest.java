package org.dnpipes.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    Path temp;

    @Test
    void onlyTheVeryStreamThatTheVariableNamesIsTheJournal() throws IOException {
        Path stream = Files.createFile(temp.resolve("stream"));
        Map<String, Object> file = Files.readAttributes(stream, "unix:dev,ino");
        assertTrue(Journal.is(stream, Map.of("JOURNAL_STREAM", file.get("dev") + ":" + file.get("ino"))));
        assertFalse(Journal.is(stream, Map.of("JOURNAL_STREAM", "1:2")));
        assertFalse(Journal.is(stream, Map.of()));
    }

    @Test
    void linesBeginWithTheirPriorityAndHaveNoTime() {
        LogRecord logRecord = new LogRecord(Level.WARNING, "slow");
        logRecord.setLoggerName("org.dnpipes.fs.Writer");
        LineFormatter formatter = LineFormatter.forJournal();
        assertEquals("<4>Writer: slow\n", formatter.format(logRecord));
        logRecord.setThrown(new IOException("gone"));
        formatter.setTraces(true);
        assertTrue(formatter.format(logRecord).lines().allMatch(line -> line.startsWith("<4>")));
    }
}
