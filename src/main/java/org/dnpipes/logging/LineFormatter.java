package org.dnpipes.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One record is one line: local time, level, the class that speaks, what it says, and the cause in brackets. Stack
 * traces follow only if that is set. The journal keeps time and level by itself: there a line begins with the level as
 * sd-daemon(3) has it, and so does each line of a trace.
 */
final class LineFormatter extends Formatter {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
    /** Longer lines are cut: what others put into a message has no bound. */
    private static final int LONGEST = 2000;

    /** Null for the journal. */
    private final @Nullable ZoneId zone;

    private volatile boolean traces;

    private LineFormatter(@Nullable ZoneId zone) {
        this.zone = zone;
    }

    static LineFormatter withTime(ZoneId zone) {
        return new LineFormatter(zone);
    }

    static LineFormatter forJournal() {
        return new LineFormatter(null);
    }

    void setTraces(boolean shown) {
        traces = shown;
    }

    @Override
    public String format(LogRecord logRecord) {
        Throwable thrown = logRecord.getThrown();
        String line = oneLine(shortName(logRecord.getLoggerName()) + ": " + formatMessage(logRecord)
                + (thrown == null ? "" : " (" + thrown + ")"));
        String text = line + "\n" + (traces && thrown != null ? trace(thrown) : "");
        return zone == null
                ? prefixed(text, "<" + priority(logRecord.getLevel()) + ">")
                : TIME.format(logRecord.getInstant().atZone(zone)) + " " + name(logRecord.getLevel()) + " " + text;
    }

    private static String prefixed(String text, String prefix) {
        return text.lines().map(line -> prefix + line + "\n").collect(Collectors.joining());
    }

    /** See syslog(3). */
    private static int priority(Level level) {
        return switch (name(level)) {
            case "ERROR" -> 3;
            case "WARN" -> 4;
            case "INFO" -> 6;
            default -> 7;
        };
    }

    private static String name(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARN";
        }
        return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    private static String shortName(@Nullable String logger) {
        return logger == null ? "-" : logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static String oneLine(String text) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + " …" : text;
        return cut.replace('\r', ' ').replace('\n', ' ');
    }

    private static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
