package org.dnpipes.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.dnpipes.mount.KnownOption;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for bash, made of the command line's model. Does not need the package bash-completion. */
final class BashCompletion {
    private BashCompletion() {}

    static String of(CommandSpec root) {
        List<CommandSpec> commands = Arg.commands(root);
        StringBuilder script = new StringBuilder(HEAD);
        script.append("_dnpipes_options() {\n    case $1 in\n");
        script.append("        '') echo '").append(names(root)).append("' ;;\n");
        commands.forEach(command -> script.append("        ")
                .append(command.name())
                .append(") echo '")
                .append(names(command))
                .append("' ;;\n"));
        script.append("    esac\n}\n\n");
        script.append("# What follows an option, or '-' for the command's parameter.\n");
        script.append("_dnpipes_kind() {\n    case $1,$2 in\n");
        kinds(script, "", root);
        commands.forEach(command -> kinds(script, command.name(), command));
        script.append("        *) echo none ;;\n    esac\n}\n\n");
        return script.append(TAIL.replace(
                                "@COMMANDS@",
                                commands.stream().map(CommandSpec::name).collect(Collectors.joining(" ")))
                        .replace("@MOUNT_OPTIONS@", mountOptions()))
                .toString();
    }

    private static String names(CommandSpec command) {
        return Arg.options(command).stream()
                .flatMap(option -> List.of(option.names()).stream())
                .collect(Collectors.joining(" "));
    }

    private static void kinds(StringBuilder script, String name, CommandSpec command) {
        for (OptionSpec option : Arg.options(command)) {
            if (Arg.takesValue(option)) {
                for (String each : option.names()) {
                    script.append("        ").append(name).append(',').append(each);
                    script.append(") echo ").append(kind(command, option)).append(" ;;\n");
                }
            } else {
                for (String each : option.names()) {
                    script.append("        ")
                            .append(name)
                            .append(',')
                            .append(each)
                            .append(") echo flag ;;\n");
                }
            }
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            String at = parameter.index().max() > 100
                    ? "-*"
                    : "-" + parameter.index().min();
            script.append("        ").append(name).append(',').append(at);
            script.append(") echo ").append(kind(command, parameter)).append(" ;;\n");
        }
    }

    private static String kind(CommandSpec command, picocli.CommandLine.Model.ArgSpec arg) {
        Arg kind = Arg.of(command, arg);
        return kind == Arg.WORD
                ? "'words " + String.join(" ", Arg.words(arg)) + "'"
                : kind.name().toLowerCase(Locale.ROOT);
    }

    private static String mountOptions() {
        return KnownOption.ALL.stream()
                .map(option -> option.name().startsWith("topic.")
                        ? "topic."
                        : option.name() + (option.value().isEmpty() ? "" : "="))
                .collect(Collectors.joining(" "));
    }

    private static final String HEAD = """
            # bash completion for dnpipes                                     -*- shell-script -*-
            # Made by the build from the program's own command line.

            # Where dnpipes is mounted.
            _dnpipes_mountpoints() {
                local mountpoint
                while read -r mountpoint; do
                    printf '%b\\n' "$mountpoint"
                done < <(awk '/ - fuse\\.dnpipes / { print $5 }' /proc/self/mountinfo 2> /dev/null)
            }

            # _dnpipes_pipes CURRENT COMMAND OPTION…: the pipes of the cluster that these options name; else of what is
            # mounted; else of what is configured. Says nothing if that takes long, and starts no broker.
            _dnpipes_pipes() {
                local current=$1 command=$2 mountpoint
                shift 2
                if (($# == 0)); then
                    mountpoint=$(_dnpipes_mountpoints | head -n 1)
                    if [[ -n $mountpoint ]]; then
                        if [[ $current == */* ]]; then
                            timeout 2 ls -1 -- "$mountpoint/${current%%/*}" 2> /dev/null | sed "s,^,${current%%/*}/,"
                        else
                            timeout 2 ls -1p -- "$mountpoint" 2> /dev/null
                        fi
                        return
                    fi
                fi
                timeout "${DNPIPES_COMPLETION_SECONDS:-5}" "$command" list --no-start "$@" < /dev/null 2> /dev/null
            }

            """;

    private static final String TAIL = """
            _dnpipes() {
                local line=${COMP_LINE:0:COMP_POINT} words current command='' previous='' position=0 kind i cluster=()
                # Not COMP_WORDS: it is cut at colons.
                read -ra words <<< "$line"
                [[ $line == *[[:space:]] ]] && words+=('')
                current=${words[${#words[@]} - 1]}
                for ((i = 1; i < ${#words[@]} - 1; i++)); do
                    case ${words[i]} in
                        --bootstrap-servers | --config | --data-dir)
                            ((i < ${#words[@]} - 2)) && cluster+=("${words[i]}" "${words[i + 1]}")
                            ;;
                        --broker) ((i < ${#words[@]} - 2)) && cluster+=(--bootstrap-servers "${words[i + 1]}") ;;
                        --bootstrap-servers=* | --config=* | --data-dir=*) cluster+=("${words[i]}") ;;
                    esac
                    if [[ -n $previous ]]; then
                        previous=''
                    elif [[ ${words[i]} == -* ]]; then
                        kind=$(_dnpipes_kind "$command" "${words[i]}")
                        [[ $kind == flag || ${words[i]} == *=* ]] || previous=${words[i]}
                    elif [[ -z $command ]]; then
                        command=${words[i]}
                    else
                        ((++position))
                    fi
                done
                COMPREPLY=()
                if [[ -z $previous && $current == -* && $current != *=* ]]; then
                    mapfile -t COMPREPLY < <(compgen -W "$(_dnpipes_options "$command")" -- "$current")
                    return
                fi
                if [[ -n $previous ]]; then
                    kind=$(_dnpipes_kind "$command" "$previous")
                elif [[ $current == -*=* ]]; then
                    kind=$(_dnpipes_kind "$command" "${current%%=*}")
                    current=${current#*=}
                elif [[ -z $command ]]; then
                    kind='words @COMMANDS@'
                else
                    kind=$(_dnpipes_kind "$command" "-$position")
                fi
                case $kind in
                    words\\ *) mapfile -t COMPREPLY < <(compgen -W "${kind#words }" -- "$current") ;;
                    file)
                        compopt -o filenames 2> /dev/null
                        mapfile -t COMPREPLY < <(compgen -f -- "$current")
                        ;;
                    directory)
                        compopt -o filenames 2> /dev/null
                        mapfile -t COMPREPLY < <(compgen -d -- "$current")
                        ;;
                    mountpoint)
                        compopt -o filenames 2> /dev/null
                        while IFS= read -r kind; do
                            [[ $kind == "$current"* ]] && COMPREPLY+=("$kind")
                        done < <(_dnpipes_mountpoints)
                        ;;
                    pipe)
                        mapfile -t COMPREPLY < <(compgen -W "$(_dnpipes_pipes "$current" "${words[0]}" "${cluster[@]}")" -- "$current")
                        [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace 2> /dev/null
                        ;;
                    mount_option)
                        local before=''
                        [[ $current == *,* ]] && before=${current%,*},
                        compopt -o nospace 2> /dev/null
                        mapfile -t COMPREPLY < <(compgen -P "$before" -W '@MOUNT_OPTIONS@' -- "${current##*,}")
                        ;;
                esac
            }

            complete -F _dnpipes dnpipes
            """;
}
