package org.dnpipes.mount;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.dnpipes.fuse.MountTable;
import org.dnpipes.observe.Inquiry;

/** Asks the daemon of a mount. The mounted file system itself is never touched: it may be stuck. */
public final class ClientInquiry {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Map<String, String> environment;

    public ClientInquiry(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Where dnpipes is mounted by this user; for root, by anybody. */
    public static List<Path> mountpoints() {
        int user = MountOptions.ownNumber("uid");
        return MountTable.ours().stream()
                .filter(mounted -> user == 0 || mounted.owner() == user)
                .map(MountTable.Entry::mountpoint)
                .distinct()
                .toList();
    }

    /** What the mount is and does, and how fast, which is found out in so many seconds; 0 for not at all. */
    public String status(Path mountpoint, boolean asJson, int interval) {
        String question = "status " + (asJson ? "json" : "text") + " " + interval;
        return ask(mountpoint, question, PATIENCE.plusSeconds(interval));
    }

    /** What the mount logs. */
    public String logLevel(Path mountpoint) {
        return ask(mountpoint, "log-level", PATIENCE).strip();
    }

    /** Sets what the mount logs, until it is mounted anew. */
    public void setLogLevel(Path mountpoint, String level) {
        String unused = ask(mountpoint, "log-level " + level, PATIENCE);
    }

    private String ask(Path path, String question, Duration patience) {
        Path mountpoint = ClientUnmount.located(path);
        MountTable.Entry mounted = ClientUnmount.ours(mountpoint);
        MountRecord mountRecord = MountRecord.find(mountpoint, mounted.owner(), environment);
        long pid = mountRecord
                .daemon()
                .orElseThrow(() -> new ClusterFailure("no daemon of " + mountpoint
                        + " is known to this user: another user has mounted it, or its daemon was killed and dnpipes"
                        + " umount " + mountpoint + " would take it away"))
                .pid();
        try {
            return Inquiry.ask(mountRecord.socket(pid), question, patience);
        } catch (Inquiry.Refused e) {
            throw new ClusterFailure("the daemon of " + mountpoint + " says: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new ClusterFailure(
                    "the daemon of " + mountpoint + " (process " + pid + ") has not answered for "
                            + patience.toSeconds() + " s; it may be stopped, or short of memory",
                    e);
        } catch (IOException e) {
            throw new ClusterFailure(
                    "the daemon of " + mountpoint + " (process " + pid + ") cannot be asked at "
                            + mountRecord.socket(pid)
                            + ": it is of an older version, or could not listen there, which its log would say",
                    e);
        }
    }
}
