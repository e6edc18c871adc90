package org.dnpipes.mount;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dnpipes.fs.FsOptions;
import org.dnpipes.kafka.KafkaSettings;
import org.dnpipes.presence.Lease;

/**
 * The options of a mount, as {@code -o} gives them: names, or names with values, separated by commas. A comma within a
 * value is written {@code \,}, or the value stands in double quotes. docs/SEMANTICS.md says what they do.
 *
 * @param fs how the file system behaves
 * @param fuse what libfuse and the kernel are told
 * @param replication of topics that are made; 0 is the cluster's default
 * @param topic settings of topics that are made
 * @param lease how long the mount may be silent before others count its writers out
 * @param clusterPresence readers wait for writers of all mounts, not of this one alone
 * @param indexes where is kept what is found out about pipes
 * @param readCommitted messages of transactions that were aborted, or are not finished, are not shown
 */
record MountOptions(
        FsOptions fs,
        FuseOptions fuse,
        int replication,
        Map<String, String> topic,
        boolean readCommitted,
        Lease lease,
        boolean clusterPresence,
        Indexes indexes) {

    /** Where is kept what is found out about the bytes of pipes. */
    enum Indexes {
        /** On this host and, for other hosts, with the cluster. */
        CLUSTER,
        /** On this host. */
        LOCAL,
        /** Nowhere. */
        OFF
    }

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final int DEFAULT_LEASE_SECONDS = 30;
    private static final String TOPIC_PREFIX = KnownOption.TOPIC_PREFIX;

    /** Options that do not exist are no errors: what mount(8) makes of its -s. */
    private static final String SLOPPY = "sloppy";

    /** What mount(8) and fstab(5) may say to any file system, and what means nothing here. */
    private static final Set<String> GENERIC =
            Set.of(("rw defaults auto noauto user nouser users owner group _netdev nofail async silent loud"
                            + " suid nosuid dev nodev exec mand nomand iversion noiversion lazytime nolazytime"
                            + " atime noatime diratime nodiratime relatime norelatime strictatime nostrictatime"
                            + " dirsync nosymfollow")
                    .split(" ", -1));

    /** The same with values: whose mount it is, remarks, and what is for systemd and others who read fstab. */
    private static final Pattern GENERIC_VALUE = Pattern.compile("(user|uhelper|helper|comment)=.*|[xX]-.*");

    /** As mount(8) hands on what has commas in it. */
    private static final Pattern QUOTED = Pattern.compile("=\"([^\"]*)\"(?=,|$)");

    /** Options that stand alone. */
    private static final Set<String> FLAGS = with(KnownOption.names(false), "noexec", SLOPPY);

    private static final Set<String> VALUES = with(KnownOption.names(true), "fsname");

    /** With what mount(8) and its helper say, and users need not know. */
    private static Set<String> with(Set<String> known, String... others) {
        return Stream.concat(known.stream(), Stream.of(others)).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Reads options, each maybe several with commas between. Throws {@link InvalidOption} with a sentence for the user.
     */
    public static MountOptions parse(List<String> options) {
        Map<String, String> given = new LinkedHashMap<>();
        List<String> words = options.stream()
                .flatMap(several -> Stream.of(unquoted(several).split("(?<!\\\\),", -1)))
                .map(word -> word.replace("\\,", ","))
                .toList();
        words.forEach(word -> add(given, word, words.contains(SLOPPY)));
        return of(given);
    }

    private static String unquoted(String several) {
        return QUOTED.matcher(several)
                .replaceAll(
                        value -> Matcher.quoteReplacement("=" + value.group(1).replace(",", "\\,")));
    }

    /** An option that does not exist, or a value that it cannot have. */
    public static final class InvalidOption extends IllegalArgumentException {
        InvalidOption(String sentence) {
            super(sentence);
        }
    }

    /** How a cluster is used with these options by a client with the properties {@code client}. */
    KafkaSettings kafka(Map<String, String> client) {
        return new KafkaSettings(client, fs.timeout(), readCommitted, topic, replication);
    }

    private static void add(Map<String, String> given, String option, boolean sloppy) {
        int equals = option.indexOf('=');
        String name = equals < 0 ? option : option.substring(0, equals);
        if (equals < 0 && (FLAGS.contains(name) || GENERIC.contains(name))) {
            given.put(name, "");
        } else if (equals >= 0 && (takesValue(name) || name.startsWith(TOPIC_PREFIX))) {
            given.put(name, option.substring(equals + 1));
        } else if (takesValue(name)) {
            throw new InvalidOption("the mount option " + name + " needs a value");
        } else if (option.equals("remount")) {
            throw new InvalidOption("what is mounted cannot be changed by remount; unmount it, and mount it again");
        } else if (!option.isEmpty()
                && !sloppy
                && !GENERIC_VALUE.matcher(option).matches()) {
            throw new InvalidOption("there is no mount option '" + option + "'");
        }
    }

    private static boolean takesValue(String name) {
        return VALUES.contains(name) || FuseOptions.CONTEXTS.contains(name);
    }

    private static MountOptions of(Map<String, String> given) {
        FsOptions fs = new FsOptions(
                end(choice(given, "eof", "writers", "writers", "never", "end")),
                given.containsKey("ro"),
                !given.containsKey("nocreate"),
                given.containsKey("allow_delete"),
                given.containsKey("sync"),
                number(given, "uid", 10, 0, Integer.MAX_VALUE, ownNumber("uid")),
                number(given, "gid", 10, 0, Integer.MAX_VALUE, ownNumber("gid")),
                number(given, "umask", 8, 0, 0777, ownUmask()),
                Duration.ofSeconds(number(given, "timeout", 10, 1, 86_400, (int) DEFAULT_TIMEOUT.toSeconds())));
        return new MountOptions(
                fs,
                FuseOptions.of(given),
                number(given, "replication", 10, 0, Short.MAX_VALUE, 0),
                topicSettings(given),
                choice(given, "isolation", "read_committed", "read_committed", "read_uncommitted")
                        .equals("read_committed"),
                new Lease(Duration.ofSeconds(number(
                        given,
                        "lease",
                        10,
                        (int) Lease.SHORTEST.toSeconds(),
                        (int) Lease.LONGEST.toSeconds(),
                        DEFAULT_LEASE_SECONDS))),
                choice(given, "presence", "cluster", "cluster", "local").equals("cluster"),
                indexes(choice(given, "index", "cluster", "cluster", "local", "off")));
    }

    private static FsOptions.End end(String word) {
        return switch (word) {
            case "never" -> FsOptions.End.NEVER;
            case "end" -> FsOptions.End.END;
            default -> FsOptions.End.WRITERS;
        };
    }

    private static Indexes indexes(String word) {
        return switch (word) {
            case "local" -> Indexes.LOCAL;
            case "off" -> Indexes.OFF;
            default -> Indexes.CLUSTER;
        };
    }

    private static Map<String, String> topicSettings(Map<String, String> given) {
        Map<String, String> settings = new LinkedHashMap<>();
        given.forEach((name, value) -> {
            if (name.startsWith(TOPIC_PREFIX)) {
                settings.put(name.substring(TOPIC_PREFIX.length()), value);
            }
        });
        return Map.copyOf(settings);
    }

    private static String choice(Map<String, String> given, String name, String normally, String... words) {
        String word = given.getOrDefault(name, normally);
        if (!List.of(words).contains(word)) {
            throw new InvalidOption(
                    "the mount option " + name + " can be " + String.join(" or ", words) + ", not '" + word + "'");
        }
        return word;
    }

    private static int number(Map<String, String> given, String name, int radix, int min, int max, int normally) {
        String text = given.get(name);
        if (text == null) {
            return normally;
        }
        try {
            int number = Integer.parseInt(text, radix);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw new InvalidOption("the mount option " + name + " can be "
                + (radix == 8 ? "an octal number" : "a number") + " from " + Integer.toString(min, radix) + " to "
                + Integer.toString(max, radix) + ", not '" + text + "'");
    }

    /** The user or group that this process runs as. */
    static int ownNumber(String which) {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:" + which);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That of whoever mounts. The launcher passes it on: its own is stricter, for the sake of this process's files. */
    private static int ownUmask() {
        String callers = System.getProperty("dnpipes.umask");
        if (callers != null) {
            return Integer.parseInt(callers, 8);
        }
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("Umask:"))
                    .mapToInt(line ->
                            Integer.parseInt(line.substring("Umask:".length()).strip(), 8))
                    .findFirst()
                    .orElse(022);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
