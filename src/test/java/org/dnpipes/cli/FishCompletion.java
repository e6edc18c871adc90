package org.dnpipes.cli;

import java.util.stream.Collectors;
import org.dnpipes.mount.KnownOption;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for fish, made of the command line's model. */
final class FishCompletion {
    private final StringBuilder script = new StringBuilder(HEAD);

    private FishCompletion() {}

    static String of(CommandSpec root) {
        FishCompletion made = new FishCompletion();
        made.options("__fish_use_subcommand", root);
        for (CommandSpec command : Arg.commands(root)) {
            made.line("-n __fish_use_subcommand -a " + command.name() + " -d " + quoted(Arg.summary(command)));
            String here = "'__fish_seen_subcommand_from " + command.name() + "'";
            made.options(here, command);
            for (PositionalParamSpec parameter : command.positionalParameters()) {
                made.line("-n " + here + value(command, parameter));
            }
        }
        return made.script.toString();
    }

    private void options(String where, CommandSpec command) {
        for (OptionSpec option : Arg.options(command)) {
            StringBuilder text = new StringBuilder("-n " + where);
            for (String name : option.names()) {
                text.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            text.append(Arg.takesValue(option) ? " -x" + value(command, option) : "");
            line(text + " -d " + quoted(Arg.description(option)));
        }
    }

    private static String value(CommandSpec command, ArgSpec arg) {
        return switch (Arg.of(command, arg)) {
            case FILE -> " -a '(__fish_complete_path)'";
            case DIRECTORY -> " -a '(__fish_complete_directories)'";
            case MOUNTPOINT -> " -a '(__dnpipes_mountpoints)'";
            case PIPE -> " -a '(__dnpipes_pipes)'";
            case WORD -> " -a '" + String.join(" ", Arg.words(arg)) + "'";
            case MOUNT_OPTION ->
                " -a '"
                        + KnownOption.ALL.stream()
                                .filter(option -> !option.name().startsWith("topic."))
                                .map(option -> option.name() + (option.value().isEmpty() ? "" : "="))
                                .collect(Collectors.joining(" "))
                        + "'";
            case OTHER -> "";
        };
    }

    private void line(String line) {
        script.append("complete -c dnpipes ").append(line).append('\n');
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static final String HEAD = """
            # fish completion for dnpipes. Made by the build from the program's own command line.

            function __dnpipes_mountpoints -d 'Where dnpipes is mounted'
                awk '/ - fuse\\.dnpipes / { print $5 }' /proc/self/mountinfo 2>/dev/null | string unescape
            end

            # Of the cluster that the command line names; else of what is mounted; else of what is configured. Says nothing
            # if that takes long, and starts no broker.
            function __dnpipes_pipes -d 'The pipes of a cluster'
                set -l words (commandline -opc)
                set -l cluster
                for i in (seq 2 (count $words))
                    switch $words[$i]
                        case --bootstrap-servers --config --data-dir
                            test $i -lt (count $words); and set -a cluster $words[$i] $words[(math $i + 1)]
                        case --broker
                            test $i -lt (count $words); and set -a cluster --bootstrap-servers $words[(math $i + 1)]
                        case '--bootstrap-servers=*' '--config=*' '--data-dir=*'
                            set -a cluster $words[$i]
                    end
                end
                set -l mountpoint (__dnpipes_mountpoints)[1]
                if test (count $cluster) -eq 0; and test -n "$mountpoint"
                    set -l topic (string match -r '^([^/]*)/' -- (commandline -ct))[2]
                    if test -n "$topic"
                        timeout 2 ls -1 -- $mountpoint/$topic 2>/dev/null | string replace -r '^' "$topic/"
                    else
                        timeout 2 ls -1p -- $mountpoint 2>/dev/null
                    end
                else
                    set -q DNPIPES_COMPLETION_SECONDS; or set -l DNPIPES_COMPLETION_SECONDS 5
                    timeout $DNPIPES_COMPLETION_SECONDS $words[1] list --no-start $cluster </dev/null 2>/dev/null
                end
            end

            complete -c dnpipes -f
            """;
}
