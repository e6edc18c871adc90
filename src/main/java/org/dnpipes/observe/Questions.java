package org.dnpipes.observe;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.dnpipes.logging.Logging;

/** What a mount can be asked through its socket. Each question is a line of words, each answer a text. */
public final class Questions implements ControlSocket.Respondent {
    /** Between the two looks that tell how fast something goes. */
    public static final int LONGEST_INTERVAL_SECONDS = 60;

    private final Supplier<MountStatus> status;

    /** @param status what the mount is and does now; asks nobody */
    public Questions(Supplier<MountStatus> status) {
        this.status = status;
    }

    @Override
    public String answer(List<String> words) throws IOException, InterruptedException {
        return switch (words.get(0)) {
            case "status" -> status(word(words, 1), interval(word(words, 2)));
            case "log-level" -> logLevel(words);
            default ->
                throw new IllegalArgumentException("this daemon does not know the question '" + words.get(0)
                        + "': it is of another version than the command");
        };
    }

    private String status(String form, int interval) throws IOException, InterruptedException {
        MountStatus before = status.get();
        MountStatus now = before;
        if (interval > 0) {
            TimeUnit.SECONDS.sleep(interval);
            now = status.get();
        }
        StatusReport report = new StatusReport(before, now);
        return form.equals("json") ? StatusJson.of(report) : StatusText.of(report);
    }

    private static int interval(String seconds) {
        int interval = Integer.parseInt(seconds);
        if (interval < 0 || interval > LONGEST_INTERVAL_SECONDS) {
            throw new IllegalArgumentException("an interval has 0 to " + LONGEST_INTERVAL_SECONDS + " seconds");
        }
        return interval;
    }

    private static String logLevel(List<String> words) {
        if (words.size() > 1) {
            Logging.setLevel(Logging.LevelName.valueOf(words.get(1)));
        }
        return Logging.level() + "\n";
    }

    private static String word(List<String> words, int number) {
        if (words.size() <= number) {
            throw new IllegalArgumentException("the question '" + words.get(0) + "' lacks a word");
        }
        return words.get(number);
    }
}
