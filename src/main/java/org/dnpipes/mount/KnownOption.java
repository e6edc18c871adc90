package org.dnpipes.mount;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An option of a mount, as {@code -o} takes it.
 *
 * @param name what stands before the equals sign; {@code topic.NAME} stands for all that begin like that
 * @param value what can stand behind it; empty if the option stands alone
 * @param meaning a sentence or two for the user
 */
public record KnownOption(String name, String value, String meaning) {
    /** All there are, in the order in which users are told of them. docs/SEMANTICS.md says more. */
    public static final List<KnownOption> ALL = List.of(
            new KnownOption("ro", "", "Nothing can be changed."),
            new KnownOption("sync", "", "Every write waits until it is stored, in bursts too."),
            new KnownOption("nocreate", "", "No topic can be created."),
            new KnownOption("allow_delete", "", "rm deletes the topic, if it holds no message."),
            new KnownOption(
                    "allow_other",
                    "",
                    "Other users have access; the kernel checks modes. Needs user_allow_other in /etc/fuse.conf, unless"
                            + " root mounts."),
            new KnownOption(
                    "eof",
                    "writers|never|end",
                    "What a plain reader finds at the end: end of file when no writer is left, which is the default; it"
                            + " always waits; end of file as of a regular file."),
            new KnownOption(
                    "timeout",
                    "SECONDS",
                    "How long a write waits for a cluster that does not answer: 1 to 86400. Otherwise 30."),
            new KnownOption("uid", "N", "The owner that is shown. Otherwise who mounts."),
            new KnownOption("gid", "N", "The group that is shown. Otherwise that of who mounts."),
            new KnownOption(
                    "umask",
                    "OCTAL",
                    "Permissions that are taken away from 0666 for pipes, and from 0777 for directories. Otherwise that"
                            + " of the process."),
            new KnownOption(
                    "replication", "N", "Replicas of created topics. Otherwise 0, which is the cluster's default."),
            new KnownOption(
                    "topic.NAME",
                    "VALUE",
                    "A setting of created topics, such as topic.retention.ms=86400000. Otherwise they keep their"
                            + " messages until they are reset."),
            new KnownOption(
                    "isolation",
                    "read_committed|read_uncommitted",
                    "Whether readers heed transactions, which is the default."),
            new KnownOption(
                    "presence",
                    "cluster|local",
                    "Whose writers a reader waits for: those of all mounts, which is the default; of its own mount"
                            + " alone."),
            new KnownOption(
                    "lease",
                    "SECONDS",
                    "How long this mount may be silent before readers elsewhere stop waiting for its writers: 3 to 120."
                            + " Otherwise 30."),
            new KnownOption(
                    "index",
                    "cluster|local|off",
                    "Where is kept what is found out about the sizes of large pipes: on this host and with the cluster,"
                            + " which is the default; on this host; nowhere."));

    static final String TOPIC_PREFIX = "topic.";

    /** The names of those that stand alone, or of those with a value. */
    static Set<String> names(boolean withValue) {
        return ALL.stream()
                .filter(option -> option.value().isEmpty() != withValue)
                .map(KnownOption::name)
                .filter(name -> !name.startsWith(TOPIC_PREFIX))
                .collect(Collectors.toUnmodifiableSet());
    }
}
