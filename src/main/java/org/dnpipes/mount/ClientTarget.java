package org.dnpipes.mount;

import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.dnpipes.pipe.TopicName;

/**
 * What a command calls a pipe: {@code TOPIC}, or {@code TOPIC/N} for one of several.
 *
 * @param number from 0; -1 if none was given
 */
public record ClientTarget(String topic, int number) {

    /**
     * Reads what a user wrote.
     *
     * @throws IllegalArgumentException with a sentence, if it names no pipe
     */
    public static ClientTarget parse(String text) {
        int slash = text.indexOf('/');
        String topic = slash < 0 ? text : text.substring(0, slash);
        if (!TopicName.isLegal(topic)) {
            throw new IllegalArgumentException("'" + topic + "' cannot be a topic's name: 1 to " + TopicName.MAX_LENGTH
                    + " of a-z, A-Z, 0-9, '.', '_' and '-'");
        }
        return new ClientTarget(topic, slash < 0 ? -1 : number(text.substring(slash + 1)));
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("'" + text + "' is not the number of a pipe");
        }
        return Integer.parseInt(text);
    }

    /** The one pipe that is meant. */
    PipeId in(Topic found) {
        if (number < 0 && found.pipes() > 1) {
            throw new ClusterFailure("topic " + topic + " has " + found.pipes() + " pipes; say which, from " + topic
                    + "/0 to " + topic + "/" + (found.pipes() - 1));
        }
        if (number >= found.pipes()) {
            throw new ClusterFailure(
                    "topic " + topic + " has no pipe " + number + ", only 0 to " + (found.pipes() - 1));
        }
        return found.pipe(Math.max(number, 0));
    }
}
