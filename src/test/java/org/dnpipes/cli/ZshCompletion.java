package org.dnpipes.cli;

import java.util.stream.Collectors;
import org.dnpipes.mount.KnownOption;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for zsh, made of the command line's model. */
final class ZshCompletion {
    private ZshCompletion() {}

    static String of(CommandSpec root) {
        StringBuilder script = new StringBuilder(HEAD);
        script.append("_dnpipes() {\n    local curcontext=$curcontext state line\n    typeset -A opt_args\n");
        script.append("    _arguments -C \\\n");
        options(script, root);
        script.append("        '1: :->command' \\\n        '*:: :->arguments'\n    case $state in\n        command)\n");
        script.append("            local -a commands=(\n");
        Arg.commands(root)
                .forEach(command -> script.append("                ")
                        .append(quoted(command.name() + ":" + Arg.summary(command)))
                        .append('\n'));
        script.append("            )\n            _describe -t commands command commands\n            ;;\n");
        script.append("        arguments)\n            case $words[1] in\n");
        for (CommandSpec command : Arg.commands(root)) {
            script.append("                ").append(command.name()).append(")\n                    _arguments \\\n");
            options(script, command);
            for (PositionalParamSpec parameter : command.positionalParameters()) {
                String at =
                        parameter.arity().max() > 1 ? "*" : (parameter.index().min() + 1) + "";
                script.append("        ")
                        .append(quoted(at + ":" + parameter.paramLabel() + ":" + action(command, parameter)))
                        .append(" \\\n");
            }
            script.append("        && return 0\n                    ;;\n");
        }
        return script.append("            esac\n            ;;\n    esac\n}\n\n_dnpipes \"$@\"\n")
                .toString();
    }

    private static void options(StringBuilder script, CommandSpec command) {
        for (OptionSpec option : Arg.options(command)) {
            String value =
                    Arg.takesValue(option) ? ":" + described(option.paramLabel()) + ":" + action(command, option) : "";
            for (String name : option.names()) {
                String assigned = Arg.takesValue(option) && name.startsWith("--") ? name + "=" : name;
                script.append("        ")
                        .append(quoted(assigned + "[" + described(Arg.description(option)) + "]" + value))
                        .append(" \\\n");
            }
        }
    }

    private static String action(CommandSpec command, ArgSpec arg) {
        return switch (Arg.of(command, arg)) {
            case FILE -> "_files";
            case DIRECTORY -> "_files -/";
            case MOUNTPOINT -> "_dnpipes_mountpoints";
            case PIPE -> "_dnpipes_pipes";
            case WORD -> "(" + String.join(" ", Arg.words(arg)) + ")";
            case MOUNT_OPTION ->
                "_values -s , option "
                        + KnownOption.ALL.stream()
                                .filter(option -> !option.name().startsWith("topic."))
                                .map(option -> option.name() + (option.value().isEmpty() ? "" : "\\:" + option.name()))
                                .collect(Collectors.joining(" "));
            case OTHER -> " ";
        };
    }

    /** Within brackets, and between colons. */
    private static String described(String text) {
        return text.replace("\\", "\\\\")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace(":", "\\:");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private static final String HEAD = """
            #compdef dnpipes
            # zsh completion for dnpipes. Made by the build from the program's own command line.

            # Where dnpipes is mounted.
            (( $+functions[_dnpipes_mountpoints] )) || _dnpipes_mountpoints() {
                local -a mountpoints
                mountpoints=(${(g::)${(f)"$(awk '/ - fuse\\.dnpipes / { print $5 }' /proc/self/mountinfo 2> /dev/null)"}})
                compadd -f -a mountpoints
            }

            # Of the cluster that the command line names; else of what is mounted; else of what is configured. Says nothing
            # if that takes long, and starts no broker.
            (( $+functions[_dnpipes_pipes] )) || _dnpipes_pipes() {
                local -a cluster pipes
                local option mountpoint
                for option in --bootstrap-servers --config --data-dir; do
                    [[ -z $opt_args[$option] ]] || cluster+=($option ${(Q)opt_args[$option]})
                done
                [[ -z $opt_args[--broker] ]] || cluster+=(--bootstrap-servers ${(Q)opt_args[--broker]})
                mountpoint=$(awk '/ - fuse\\.dnpipes / { print $5; exit }' /proc/self/mountinfo 2> /dev/null)
                if [[ -n $mountpoint ]] && (( ! $#cluster )); then
                    mountpoint=${(g::)mountpoint}
                    if [[ $PREFIX == */* ]]; then
                        pipes=(${PREFIX%%/*}/${^${(f)"$(timeout 2 ls -1 -- $mountpoint/${PREFIX%%/*} 2> /dev/null)"}})
                    else
                        pipes=(${(f)"$(timeout 2 ls -1p -- $mountpoint 2> /dev/null)"})
                    fi
                else
                    pipes=(${(f)"$(timeout ${DNPIPES_COMPLETION_SECONDS:-5} dnpipes list --no-start $cluster < /dev/null 2> /dev/null)"})
                fi
                compadd -a pipes
            }

            """;
}
