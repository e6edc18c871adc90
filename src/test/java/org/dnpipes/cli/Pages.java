package org.dnpipes.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import picocli.CommandLine.Model.CommandSpec;

/** Writes manual pages and completions, as the build does: from the command line as the program has it. */
public final class Pages {
    private Pages() {}

    /**
     * Runs within the build.
     *
     * @param arguments the directory that becomes share; the version; the date, as 2026-01-31 and maybe more
     */
    public static void main(String[] arguments) throws IOException {
        write(Path.of(arguments[0]), arguments[1], LocalDate.parse(arguments[2].substring(0, "2026-01-31".length())));
    }

    static void write(Path share, String version, LocalDate date) throws IOException {
        Readiness nobody =
                new Readiness(new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8), false);
        CommandSpec root = Main.commandLine(
                        request -> {
                            throw new IllegalStateException("nothing is mounted here");
                        },
                        nobody)
                .getCommandSpec();
        put(share.resolve("man/man1/dnpipes.1"), ManPage.ofRoot(root, version, date));
        for (CommandSpec command : Arg.commands(root)) {
            put(share.resolve("man/man1/dnpipes-" + command.name() + ".1"), ManPage.of(command, version, date));
        }
        put(share.resolve("man/man8/mount.dnpipes.8"), ManPage.ofMountHelper(version, date));
        put(share.resolve("bash-completion/completions/dnpipes"), BashCompletion.of(root));
        put(share.resolve("zsh/site-functions/_dnpipes"), ZshCompletion.of(root));
        put(share.resolve("fish/vendor_completions.d/dnpipes.fish"), FishCompletion.of(root));
    }

    private static void put(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
