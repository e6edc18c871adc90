package org.dnpipes.kafka;

import java.util.List;

/**
 * What a cluster says about itself and about this user, for administrators.
 *
 * @param id of the cluster
 * @param brokers where clients have to reach each of them, as HOST:PORT
 * @param version of its metadata, if it tells
 * @param topics how many this user can see
 * @param rights what this user may do, as far as the cluster tells
 */
public record ClusterFacts(String id, List<String> brokers, String version, int topics, List<Right> rights) {
    public ClusterFacts {
        brokers = List.copyOf(brokers);
        rights = List.copyOf(rights);
    }

    /** Whether somebody may do something. */
    public enum Answer {
        YES,
        NO,
        /** The cluster does not tell. */
        UNKNOWN
    }

    /**
     * Something that mounts do.
     *
     * @param purpose as in "this user may PURPOSE"
     * @param needed what has to be granted for that
     * @param isEssential whether mounts do not work as usual without it
     */
    public record Right(String purpose, Answer answer, String needed, boolean isEssential) {}
}
