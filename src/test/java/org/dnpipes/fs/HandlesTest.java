package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class HandlesTest {
    private final Handles handles = new Handles();

    /** What is added by an open that ends just as the mount does would never be told of the end. */
    @Test
    void nothingIsAddedOnceTheMountEnds() {
        OpenDirectory root = new OpenDirectory(new Node.Root());
        long before = handles.add(root);
        handles.close();
        FsException refused = assertThrows(FsException.class, () -> handles.add(root));
        assertEquals(Errno.ENOTCONN, refused.errno());
        assertEquals(root, handles.directory(before), "what was open before");
        assertThrows(FsException.class, () -> handles.directory(before + 1), "what was refused is not kept");
    }
}
