package org.dnpipes.mount;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.dnpipes.fuse.FuseHost;
import org.dnpipes.fuse.MountFailure;
import org.dnpipes.fuse.MountTable;
import org.dnpipes.mount.Finding.Grade;

/**
 * Finds out whether this host, its configuration and the cluster are fit for a mount, and what to do if not. Changes
 * nothing, and starts no broker. Each finding is told as soon as it is made.
 */
public final class Doctor {
    private final Map<String, String> environment;
    private final Consumer<Finding> told;
    private boolean isWell = true;

    public Doctor(Map<String, String> environment, Consumer<Finding> told) {
        this.environment = environment;
        this.told = told;
    }

    /**
     * Looks at everything, within half a minute.
     *
     * @param topics whose rights are of interest
     * @return whether there was no problem
     */
    public boolean examine(ClusterRequest request, Collection<String> topics) {
        system();
        fuse();
        mounts();
        new ClusterCheck(environment, this::found).examine(request, topics);
        return isWell;
    }

    private void found(Grade grade, String sentence) {
        isWell &= grade != Grade.PROBLEM;
        told.accept(new Finding(grade, sentence));
    }

    private void system() {
        found(
                Grade.OK,
                "dnpipes " + Observation.version() + " on Java " + System.getProperty("java.version") + " in "
                        + System.getProperty("java.home") + ", " + System.getProperty("os.name") + " "
                        + System.getProperty("os.version"));
    }

    private void fuse() {
        FuseHost host = new FuseHost(environment);
        boolean isRoot = MountOptions.ownNumber("uid") == 0;
        try {
            found(Grade.OK, "libfuse " + host.libfuse());
        } catch (MountFailure e) {
            found(Grade.PROBLEM, String.valueOf(e.getMessage()));
        }
        Optional<String> device = host.deviceProblem();
        found(device.isEmpty() ? Grade.OK : Grade.PROBLEM, device.orElse("/dev/fuse can be opened"));
        Optional<Path> fusermount = host.fusermount();
        if (fusermount.isEmpty()) {
            found(
                    isRoot ? Grade.NOTE : Grade.PROBLEM,
                    "there is no fusermount in the PATH; install it (Debian and Ubuntu: fuse3)");
        } else if (!isRoot && !FuseHost.isSetUid(fusermount.get())) {
            found(
                    Grade.PROBLEM,
                    fusermount.get() + " does not run as root, so only root can mount; chmod u+s " + fusermount.get()
                            + " as root");
        } else {
            found(Grade.OK, fusermount.get() + " can be used");
        }
        if (isRoot || FuseHost.allowsOthers()) {
            found(Grade.OK, "-o allow_other can be used");
        } else {
            found(
                    Grade.NOTE,
                    "-o allow_other cannot be used by this user; root can add the line user_allow_other to"
                            + " /etc/fuse.conf");
        }
    }

    private void mounts() {
        for (Path mountpoint : ClientInquiry.mountpoints()) {
            int owner = MountTable.at(mountpoint).map(MountTable.Entry::owner).orElse(-1);
            if (MountRecord.find(mountpoint, owner, environment).daemon().isPresent()) {
                found(Grade.OK, mountpoint + " is mounted; see dnpipes status " + mountpoint);
            } else {
                found(
                        Grade.NOTE,
                        mountpoint + " is mounted, and no daemon of it is known here; if it was killed, dnpipes umount "
                                + mountpoint + " takes the mount away");
            }
        }
    }
}
