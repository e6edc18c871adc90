package org.dnpipes.presence;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * For how long mounts have been silent while they could have spoken. Time counts only between proofs that the log can
 * be written, which are the observer's own notices: where two of them are further apart than a lease allows, its broker
 * may have been away, and the time begins anew. Times are those of System.nanoTime. Not safe for use by several
 * threads.
 */
final class Vigil {
    private final Map<String, Silence> silences = new HashMap<>();

    /** A mount that says nothing: since when, and since when that counts. */
    private static final class Silence {
        final Lease lease;
        final long heard;
        long countsFrom;
        long proof;

        Silence(Lease lease, long now) {
            this.lease = lease;
            this.heard = now;
            this.countsFrom = now;
            this.proof = now;
        }
    }

    /** A notice of that mount was read; that is a proof, too, but of it alone. */
    void heard(String mount, Lease lease, long now) {
        silences.put(mount, new Silence(lease, now));
    }

    /** A notice of the observer was stored, and all before it was read. */
    void proven(long now) {
        for (Silence silence : silences.values()) {
            if (now - silence.proof > silence.lease.longestGap()) {
                silence.countsFrom = now;
            }
            silence.proof = now;
        }
    }

    /** Whether it has been silent for longer than it may, as of the last proof. */
    boolean isLapsed(String mount) {
        Silence silence = silences.get(mount);
        return silence != null && silence.proof - silence.countsFrom >= silence.lease.nanos();
    }

    /** Whether it should have said something by now. */
    boolean isOverdue(String mount, long now) {
        Silence silence = silences.get(mount);
        return silence != null && now - silence.heard >= silence.lease.overdue();
    }

    /** Mounts that nothing was heard of for {@code nanos}. */
    Set<String> silentFor(long nanos, long now) {
        Set<String> silent = new HashSet<>();
        silences.forEach((mount, silence) -> {
            if (now - silence.heard > nanos) {
                silent.add(mount);
            }
        });
        return silent;
    }

    void forget(Set<String> mounts) {
        silences.keySet().removeAll(mounts);
    }
}
