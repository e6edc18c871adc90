package org.dnpipes.cli;

import java.util.List;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What the pages and completions that are made of the command line's model have to know of an option or parameter. */
enum Arg {
    FILE,
    DIRECTORY,
    MOUNTPOINT,
    PIPE,
    MOUNT_OPTION,
    /** One of a few words. */
    WORD,
    /** Something that nobody can complete. */
    OTHER;

    static Arg of(CommandSpec command, ArgSpec arg) {
        if (arg.completionCandidates() != null) {
            return WORD;
        }
        String label = arg.paramLabel();
        if (label.equals("MOUNTPOINT")) {
            return command.name().equals("mount") ? DIRECTORY : MOUNTPOINT;
        }
        if (label.startsWith("TOPIC")) {
            return PIPE;
        }
        return switch (label) {
            case "FILE" -> FILE;
            case "DIR" -> DIRECTORY;
            case "OPTION[,…]" -> MOUNT_OPTION;
            default -> OTHER;
        };
    }

    static List<String> words(ArgSpec arg) {
        return StreamSupport.stream(arg.completionCandidates().spliterator(), false)
                .toList();
    }

    static boolean takesValue(OptionSpec option) {
        return option.arity().max() > 0;
    }

    static String description(ArgSpec arg) {
        return String.join(" ", arg.description()).strip();
    }

    /** The first sentence. */
    static String summary(CommandSpec command) {
        String text = String.join(" ", command.usageMessage().description()).strip();
        int end = text.indexOf(". ");
        String sentence = end < 0 ? text : text.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    static List<CommandSpec> commands(CommandSpec root) {
        return root.subcommands().values().stream()
                .map(command -> command.getCommandSpec())
                .distinct()
                .toList();
    }

    /** Without those of the root, which every command has: help. */
    static List<OptionSpec> options(CommandSpec command) {
        return command.options().stream().filter(option -> !option.hidden()).toList();
    }
}
