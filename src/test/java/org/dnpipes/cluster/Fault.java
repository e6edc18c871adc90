package org.dnpipes.cluster;

/** What happens in a round, and how often among a hundred. */
enum Fault {
    BROKER_KILLED(9, true),
    BROKERS_RESTARTED(2, true),
    BROKER_PAUSED(16, true),
    BROKERS_CUT(10, true),
    QUORUM_LOST(4, true),
    DISK_FULL(2, true),
    LEADER_CUT(20, false),
    MOUNT_CUT(9, false),
    DAEMON_KILLED(13, false),
    DAEMON_TERMINATED(10, false),
    HOST_REBOOTED(5, false);

    final int weight;
    /** Whether brokers lose something by it, so that it has to wait until they are whole again. */
    final boolean ofBrokers;

    Fault(int weight, boolean ofBrokers) {
        this.weight = weight;
        this.ofBrokers = ofBrokers;
    }
}
