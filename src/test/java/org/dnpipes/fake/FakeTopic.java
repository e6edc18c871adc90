package org.dnpipes.fake;

import java.util.ArrayList;
import java.util.List;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.Topic;

/** A topic that exists, with its pipes and settings. Belongs to the engine's thread. */
final class FakeTopic {
    private final Store store;
    private final String name;
    private final String id;
    private final List<Log> logs = new ArrayList<>();
    private int longestLine = 1_048_500;
    private boolean refusesRemoval;

    FakeTopic(Store store, String name, String id, int pipes) {
        this.store = store;
        this.name = name;
        this.id = id;
        grow(pipes);
    }

    Topic topic() {
        return new Topic(name, id, logs.size());
    }

    String id() {
        return id;
    }

    List<Log> logs() {
        return logs;
    }

    Log log(int number) {
        if (number < 0 || number >= logs.size()) {
            throw new PipeFailure(Reason.MISSING, "topic " + name + " has no pipe " + number);
        }
        return logs.get(number);
    }

    void grow(int pipes) {
        Topic grown = new Topic(name, id, pipes);
        for (int number = logs.size(); number < pipes; number++) {
            logs.add(new Log(store, grown.pipe(number)));
        }
    }

    void requireShort(int bytes) {
        if (bytes > longestLine) {
            throw new PipeFailure(
                    Reason.TOO_LONG, "topic " + name + " accepts lines of at most " + longestLine + " bytes");
        }
    }

    int longestLine() {
        return longestLine;
    }

    void longestLine(int bytes) {
        longestLine = bytes;
    }

    void refuseRemoval() {
        refusesRemoval = true;
    }

    boolean refusesRemoval() {
        return refusesRemoval;
    }
}
