package org.dnpipes.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.dnpipes.mount.ClientPull;
import org.dnpipes.mount.ClientPush;
import org.dnpipes.mount.ClientTarget;
import org.dnpipes.mount.ClusterConnection;
import org.jspecify.annotations.Nullable;

/** The two sessions at a terminal that the first dnpipes tool had: one publishes, one subscribes. */
final class Session {
    private static final byte[] RESET = "RESET".getBytes(StandardCharsets.UTF_8);
    /** A line that no topic would accept is not collected any further. */
    private static final int LONGEST = 1 << 30;

    private final ClusterConnection connection;
    private final ClientTarget target;
    private final OutputStream output = new StandardOutput();

    /** What {@code --mode} can be. */
    enum Mode {
        publisher,
        subscriber
    }

    Session(ClusterConnection connection, ClientTarget target) {
        this.connection = connection;
        this.target = target;
    }

    /**
     * Asks for lines and pushes each, until there are no more. The line {@code RESET} resets all pipes of the topic.
     */
    void publish() throws IOException {
        ClientPush push = connection.push(target);
        InputStream input = new BufferedInputStream(new FileInputStream(FileDescriptor.in));
        for (byte[] line = ask(input); line != null; line = ask(input)) {
            if (Arrays.equals(line, RESET)) {
                connection.reset().resetAll(target.topic());
                print("reset this dnpipes\n");
            } else {
                push.push(line);
            }
        }
    }

    /** Prints messages of all pipes of the topic until it is interrupted. */
    void subscribe(boolean fromBeginning) throws IOException {
        connection
                .pullAll(target.topic(), fromBeginning ? ClientPull.From.START : ClientPull.From.END)
                .follow(output);
    }

    private byte @Nullable [] ask(InputStream input) throws IOException {
        print("> ");
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = input.read();
        boolean ended = b < 0;
        while (b >= 0 && b != '\n') {
            if (line.size() == LONGEST) {
                throw new IOException("a line has more than " + LONGEST + " bytes");
            }
            line.write(b);
            b = input.read();
        }
        return ended ? null : line.toByteArray();
    }

    private void print(String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
