package org.dnpipes.pipe;

/**
 * A topic as it was found: one incarnation of a name. A topic that is deleted and made again under the same name has
 * another {@code id}, and its pipes are other pipes.
 *
 * @param name the name users see
 * @param id identifies the incarnation, cluster-wide
 * @param pipes how many pipes the topic has, at least 1
 */
public record Topic(String name, String id, int pipes) {
    public Topic {
        if (pipes < 1) {
            throw new IllegalArgumentException("topic " + name + " with " + pipes + " pipes");
        }
    }

    /** The pipe with the number {@code number}, from 0 to {@link #pipes} - 1. */
    public PipeId pipe(int number) {
        if (number < 0 || number >= pipes) {
            throw new IllegalArgumentException("topic " + name + " has no pipe " + number);
        }
        return new PipeId(name, id, number);
    }
}
