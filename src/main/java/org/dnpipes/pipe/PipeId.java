package org.dnpipes.pipe;

/**
 * Names one pipe: an ordered log of messages.
 *
 * @param topic the name of its topic
 * @param topicId the incarnation of that topic, see {@link Topic#id}
 * @param number its number in the topic, from 0
 */
public record PipeId(String topic, String topicId, int number) {
    @Override
    public String toString() {
        return topic + "/" + number;
    }
}
