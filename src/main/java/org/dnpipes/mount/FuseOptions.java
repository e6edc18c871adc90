package org.dnpipes.mount;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What libfuse and the kernel are told of a mount's options.
 *
 * @param readOnly nothing can be changed
 * @param allowOther other users have access, too
 * @param noExec no program can be started from it. That no device and no set-user-ID counts is libfuse's default
 * @param contexts SELinux contexts, see mount(8)
 * @param fsname what is shown as the source of the mount; null for the brokers
 */
record FuseOptions(
        boolean readOnly,
        boolean allowOther,
        boolean noExec,
        Map<String, String> contexts,
        @Nullable String fsname) {
    /** Options of SELinux, which has the kernel do what they say. */
    static final Set<String> CONTEXTS = Set.of("context", "fscontext", "defcontext", "rootcontext");

    static FuseOptions of(Map<String, String> given) {
        Map<String, String> contexts = new TreeMap<>(given);
        contexts.keySet().retainAll(CONTEXTS);
        return new FuseOptions(
                given.containsKey("ro"),
                given.containsKey("allow_other"),
                given.containsKey("noexec"),
                contexts,
                given.get("fsname"));
    }

    /** As words behind libfuse's {@code -o}. */
    List<String> words(String servers) {
        List<String> words = new ArrayList<>();
        words.add("fsname=" + escaped(fsname == null ? servers : fsname));
        words.add("subtype=dnpipes");
        if (readOnly) {
            words.add("ro");
        }
        if (noExec) {
            words.add("noexec");
        }
        if (allowOther) {
            // Access for others is worth something only if the kernel checks the modes.
            words.add("allow_other");
            words.add("default_permissions");
        }
        contexts.forEach((name, value) -> words.add(name + "=" + escaped(quoted(value))));
        return words;
    }

    /** The kernel splits what libfuse hands on at commas, but not between quotes. */
    private static String quoted(String context) {
        return context.contains(",") ? '"' + context + '"' : context;
    }

    /** A comma would end the option. */
    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,");
    }
}
