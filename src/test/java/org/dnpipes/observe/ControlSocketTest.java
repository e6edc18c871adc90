package org.dnpipes.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    private @Nullable ControlSocket socket;

    @AfterEach
    void close() {
        if (socket != null) {
            socket.close();
        }
    }

    private ControlSocket serve(ControlSocket.Respondent respondent) throws IOException {
        ControlSocket opened = ControlSocket.open(file(), respondent);
        socket = opened;
        return opened;
    }

    private Path file() {
        return temp.resolve("s");
    }

    @Test
    void aQuestionIsAnsweredAndOnlyTheOwnerMayAsk() throws Exception {
        ControlSocket open = serve(words -> "you said " + words + "\n");
        assertEquals("you said [a, b]\n", Inquiry.ask(file(), "a b", PATIENCE));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        open.close();
        assertFalse(Files.exists(file()));
    }

    @Test
    void aRefusalIsOneSentence() throws Exception {
        serve(words -> {
            throw new IllegalArgumentException("not that");
        });
        Inquiry.Refused refused = assertThrows(Inquiry.Refused.class, () -> Inquiry.ask(file(), "x", PATIENCE));
        assertEquals("not that", refused.getMessage());
    }

    @Test
    void whatAKilledDaemonHasLeftIsReplaced() throws Exception {
        Files.createFile(file());
        assertThrows(IOException.class, () -> Inquiry.ask(file(), "x", PATIENCE));
        serve(words -> "here\n");
        assertEquals("here\n", Inquiry.ask(file(), "x", PATIENCE));
    }

    @Test
    void whoeverWaitsTooLongIsToldAndHoldsUpNobodyElse() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        serve(words -> {
            if (words.get(0).equals("stuck")) {
                stuck.await();
            }
            return "done\n";
        });
        assertThrows(TimeoutException.class, () -> Inquiry.ask(file(), "stuck", Duration.ofMillis(100)));
        assertEquals("done\n", Inquiry.ask(file(), "quick", PATIENCE));
        stuck.countDown();
    }

    @Test
    void whoConnectsAndSaysNothingTakesOneOfFewPlacesAndOthersAreToldSo() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        try {
            serve(words -> "done\n");
            for (int i = 0; i < 4; i++) {
                silent.add(SocketChannel.open(StandardProtocolFamily.UNIX));
                silent.get(i).connect(UnixDomainSocketAddress.of(file()));
            }
            IOException refused = assertThrows(IOException.class, () -> Inquiry.ask(file(), "x", PATIENCE));
            assertTrue(
                    String.valueOf(refused.getMessage()).matches("(?i).*(too many|reset|pipe).*"), refused::toString);
        } finally {
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
    }
}
