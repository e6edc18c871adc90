package org.dnpipes.mount;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.dnpipes.fuse.NotifySocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager that has started this process, if there is one, how the mount does; see sd_notify(3). That
 * it cannot be told is a warning in the log, and no more.
 */
public final class SdNotify {
    private static final Logger log = LoggerFactory.getLogger(SdNotify.class);

    private final Optional<NotifySocket> socket;

    private SdNotify(Optional<NotifySocket> socket) {
        this.socket = socket;
    }

    /** The service manager of a process with that environment. */
    public static SdNotify of(Map<String, String> environment) {
        return new SdNotify(
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")).flatMap(NotifySocket::named));
    }

    /** The mount can be used. This process is the daemon, even if the manager has started only its launcher. */
    public void ready(Path mountpoint) {
        tell("READY=1\nMAINPID=" + ProcessHandle.current().pid() + "\nSTATUS=mounted at "
                + mountpoint.toString().replace('\n', ' '));
    }

    /** It is about to end. */
    public void stopping() {
        tell("STOPPING=1\nSTATUS=unmounting");
    }

    private void tell(String news) {
        socket.ifPresent(manager -> {
            try {
                manager.send(news);
            } catch (IOException e) {
                log.warn(
                        "cannot tell the service manager {} ({})",
                        news.lines().findFirst().orElse(""),
                        e.getMessage());
            }
        });
    }
}
