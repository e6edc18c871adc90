package org.dnpipes.fs;

import org.dnpipes.pipe.ByteIndex;

/**
 * What the byte positions of an open file mean: those of an index, all of them moved. Two are equal if they are of the
 * same index, not of an equal one, and moved by as much.
 *
 * @param index knows where messages start
 * @param shift what has to be added to a position in the index; a file that was opened when the head of its pipe had
 *     been removed starts at 0 all the same
 */
record Positions(ByteIndex index, long shift) {

    long inIndex(long position) {
        return position - shift;
    }

    long inFile(long indexed) {
        return indexed + shift;
    }
}
