package org.dnpipes.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Bytes to standard output, with its errors: System.out would keep quiet about them. */
final class StandardOutput extends OutputStream {
    private final FileOutputStream output = new FileOutputStream(FileDescriptor.out);

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            output.write(bytes, from, length);
        } catch (IOException e) {
            // EPIPE has no type of its own in Java, only the C library's text, which the JVM takes in English.
            throw String.valueOf(e.getMessage()).contains("Broken pipe") ? new BrokenPipe(e) : e;
        }
    }
}
