package org.dnpipes.mount;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.dnpipes.files.PrivateDirectory;

/** Where files of dnpipes belong, by the XDG base directory specification. */
record Xdg(Map<String, String> environment) {

    /** What the user has set. */
    Path config() {
        return place("XDG_CONFIG_HOME", ".config");
    }

    /** What the user would miss. */
    Path data() {
        return place("XDG_DATA_HOME", ".local/share");
    }

    /** What lasts, and nobody would miss: logs. */
    Path state() {
        return place("XDG_STATE_HOME", ".local/state");
    }

    /** What can be made anew. */
    Path cache() {
        return place("XDG_CACHE_HOME", ".cache");
    }

    /**
     * What does not outlast the user's session; where there are no sessions, the state. Nor where it is another user's,
     * as su leaves it: the specification wants it to be the user's own.
     */
    Path runtime() {
        return absolute("XDG_RUNTIME_DIR")
                .filter(PrivateDirectory::exists)
                .map(directory -> directory.resolve("dnpipes"))
                .orElseGet(this::state);
    }

    private Path place(String variable, String otherwise) {
        return absolute(variable)
                .orElseGet(() -> Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")))
                        .resolve(otherwise))
                .resolve("dnpipes");
    }

    /** The specification: a path that is not absolute is invalid and must be ignored. */
    private Optional<Path> absolute(String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> value.startsWith("/"))
                .map(Path::of);
    }
}
