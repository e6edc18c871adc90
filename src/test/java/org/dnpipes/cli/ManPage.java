package org.dnpipes.cli;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.dnpipes.mount.KnownOption;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Manual pages in mdoc(7), made of the command line's model. What a model cannot say stands in {@link ManTexts}. */
final class ManPage {
    private static final int LINE = 78;

    private final StringBuilder page = new StringBuilder();

    private ManPage(String title, int section, String version, LocalDate date) {
        String day = DateTimeFormatter.ofPattern("MMMM d, yyyy", Locale.ROOT).format(date);
        line(".Dd " + day);
        line(".Dt " + title.toUpperCase(Locale.ROOT) + " " + section);
        line(".Os dnpipes " + version);
    }

    /** dnpipes(1): all commands, and what they have in common. */
    static String ofRoot(CommandSpec root, String version, LocalDate date) {
        ManPage made = new ManPage("dnpipes", 1, version, date);
        made.heading("NAME");
        made.line(".Nm dnpipes");
        made.line(".Nd distributed named pipes: the topics of a Kafka cluster as files");
        made.heading("SYNOPSIS");
        made.line(".Nm");
        made.line(".Ar COMMAND");
        made.line(".Op Ar ...");
        made.line(".Nm");
        made.line(".Fl -mode Ns = Ns Ar MODE");
        made.line(".Fl -topic Ns = Ns Ar TOPIC");
        made.line(".Op Fl -broker Ns = Ns Ar HOST:PORT");
        made.line(".Op Fl -from-beginning");
        made.heading("DESCRIPTION");
        made.paragraphs(root.usageMessage().description());
        made.line("The commands are:");
        made.line(".Bl -tag -width Ds");
        for (CommandSpec command : Arg.commands(root)) {
            made.line(".It Xr dnpipes-" + command.name() + " 1");
            made.text(Arg.summary(command) + ".");
        }
        made.line(".El");
        made.options(root);
        made.page.append(ManTexts.COMMON);
        made.heading("SEE ALSO");
        List<CommandSpec> commands = Arg.commands(root);
        for (CommandSpec command : commands.stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList()) {
            made.line(".Xr dnpipes-" + command.name() + " 1 ,");
        }
        made.line(".Xr mount.dnpipes 8");
        return made.page.toString();
    }

    /** dnpipes-COMMAND(1). */
    static String of(CommandSpec command, String version, LocalDate date) {
        ManPage made = new ManPage("dnpipes-" + command.name(), 1, version, date);
        made.heading("NAME");
        made.line(".Nm dnpipes-" + command.name());
        String summary = Arg.summary(command);
        made.line(".Nd " + escaped(Character.toLowerCase(summary.charAt(0)) + summary.substring(1)));
        made.heading("SYNOPSIS");
        made.line(".Nm dnpipes");
        made.line(".Cm " + command.name());
        Arg.options(command).forEach(option -> made.line(".Op " + flag(option)));
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            String label = ".Ar " + escaped(parameter.paramLabel())
                    + (parameter.arity().max() > 1 ? " ..." : "");
            made.line(parameter.required() ? label : ".Op " + label.substring(1));
        }
        made.heading("DESCRIPTION");
        made.paragraphs(command.usageMessage().description());
        if (!command.positionalParameters().isEmpty()) {
            made.line(".Bl -tag -width Ds");
            for (PositionalParamSpec parameter : command.positionalParameters()) {
                made.line(".It Ar " + escaped(parameter.paramLabel()));
                made.text(Arg.description(parameter));
            }
            made.line(".El");
        }
        made.options(command);
        if (command.name().equals("mount")) {
            made.mountOptions();
        }
        made.line(".Pp");
        made.text("Which cluster is used, environment, files and exit status: see");
        made.line(".Xr dnpipes 1 .");
        made.heading("SEE ALSO");
        made.line(".Xr dnpipes 1");
        return made.page.toString();
    }

    /** mount.dnpipes(8). */
    static String ofMountHelper(String version, LocalDate date) {
        ManPage made = new ManPage("mount.dnpipes", 8, version, date);
        made.page.append(ManTexts.MOUNT_HELPER_BEGIN);
        made.mountOptions();
        made.page.append(ManTexts.MOUNT_HELPER_END);
        return made.page.toString();
    }

    private void options(CommandSpec command) {
        List<OptionSpec> options = Arg.options(command);
        line(".Pp");
        line("The options are:");
        line(".Bl -tag -width Ds");
        for (OptionSpec option : options) {
            line(".It " + flag(option));
            text(Arg.description(option));
        }
        line(".El");
    }

    private void mountOptions() {
        line(".Pp");
        line("Options of the mount, behind");
        line(".Fl o :");
        line(".Bl -tag -width Ds");
        for (KnownOption option : KnownOption.ALL) {
            line(".It Cm " + escaped(option.name())
                    + (option.value().isEmpty() ? "" : " Ns = Ns Ar " + escaped(option.value())));
            text(option.meaning());
        }
        line(".El");
    }

    /** As mdoc has it: each name, and the value behind the last. */
    private static String flag(OptionSpec option) {
        StringBuilder text = new StringBuilder();
        for (String name : option.names()) {
            text.append(text.isEmpty() ? "" : " , ").append("Fl ").append(name.substring(1));
        }
        return Arg.takesValue(option)
                ? text.append(" Ar ").append(escaped(option.paramLabel())).toString()
                : text.toString();
    }

    private void paragraphs(String... lines) {
        for (String one : lines) {
            if (one.isBlank()) {
                line(".Pp");
            } else {
                text(one);
            }
        }
        if (page.toString().endsWith(".Pp\n")) {
            page.setLength(page.length() - ".Pp\n".length());
            line(".Pp");
        }
    }

    private void heading(String name) {
        line(".Sh " + name);
    }

    /** Each sentence on a line of its own, as mdoc wants it. */
    private void text(String text) {
        for (String sentence : text.strip().split("(?<=[.:;]) +(?=[A-Z])", -1)) {
            wrapped(sentence);
        }
    }

    private void wrapped(String sentence) {
        StringBuilder part = new StringBuilder();
        for (String word : sentence.strip().split(" +", -1)) {
            if (part.length() + word.length() >= LINE) {
                line(escaped(part.toString()));
                part.setLength(0);
            }
            part.append(part.isEmpty() ? "" : " ").append(word);
        }
        line(escaped(part.toString()));
    }

    private static String escaped(String text) {
        String plain = text.strip().replace("\\", "\\e").replace("…", "...");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }

    private void line(String line) {
        page.append(line).append('\n');
    }
}
