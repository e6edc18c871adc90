package org.dnpipes.pipe;

/**
 * The sequence numbers a pipe spans at one moment. Sequence numbers grow with every message and may have gaps.
 *
 * @param first the smallest number that may still be read: the first retained message has it or a later one
 * @param stable everything before it can be read now; less than {@code end} while a foreign transaction is open
 * @param end one past the last stored message
 */
public record Extent(long first, long stable, long end) {
    public Extent {
        if (first < 0 || stable < first || end < stable) {
            throw new IllegalArgumentException("extent " + first + " to " + stable + " to " + end);
        }
    }

    /** Whether there is nothing to read. A pipe with only gaps is not empty by this measure. */
    public boolean isEmpty() {
        return first == end;
    }
}
