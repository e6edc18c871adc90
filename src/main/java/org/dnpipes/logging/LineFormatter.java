package org.dnpipes.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record is one line: local time, level, the class that speaks, what it says, and the cause in brackets. Stack
 * traces follow only if {@code traces} is set.
 */
final class LineFormatter extends Formatter {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
    /** Longer lines are cut: what others put into a message has no bound. */
    private static final int LONGEST = 2000;

    private final boolean traces;
    private final ZoneId zone;

    LineFormatter(boolean traces, ZoneId zone) {
        this.traces = traces;
        this.zone = zone;
    }

    @Override
    public String format(LogRecord logRecord) {
        Throwable thrown = logRecord.getThrown();
        String line = time(logRecord.getInstant()) + " " + name(logRecord.getLevel()) + " "
                + shortName(logRecord.getLoggerName()) + ": " + formatMessage(logRecord)
                + (thrown == null ? "" : " (" + thrown + ")");
        return oneLine(line) + "\n" + (traces && thrown != null ? trace(thrown) : "");
    }

    private String time(Instant instant) {
        return TIME.format(instant.atZone(zone));
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
