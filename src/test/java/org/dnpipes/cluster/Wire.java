package org.dnpipes.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What joins somebody to the network. Where it is cut, packets are lost without a word. */
final class Wire {
    private final Path namespace;

    Wire(Path namespace) {
        this.namespace = namespace;
    }

    /** Which packets are lost. */
    enum Way {
        IN,
        OUT,
        BOTH
    }

    /** From now on what comes from these addresses, or goes there, is lost. */
    Cut cut(Way way, Collection<String> addresses) throws IOException {
        List<String> rules = new ArrayList<>();
        for (String address : addresses) {
            if (way != Way.OUT) {
                rules.add("iptables -w -A INPUT -s " + address + " -j DROP");
            }
            if (way != Way.IN) {
                rules.add("iptables -w -A OUTPUT -d " + address + " -j DROP");
            }
        }
        return new Cut(String.join(" && ", rules));
    }

    /**
     * A place where it is cut. The program that does so is there from the beginning: a new one would close the files
     * that it has inherited from here, and so wait for the lines that cannot be stored while the wire is cut.
     */
    final class Cut {
        private final Process process;

        private Cut(String rules) throws IOException {
            String script = rules + " && echo cut && read -r end; iptables -w -F";
            process = new ProcessBuilder(Command.inNetwork(namespace, List.of("sh", "-c", script)))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                BufferedReader output = process.inputReader();
                Await.until(
                        Bridge.LIMIT,
                        "the wire of " + namespace + " is cut",
                        () -> output.ready() ? "" : process.isAlive() ? "nothing said" : "it has failed");
            } catch (RuntimeException e) {
                // What was done is undone.
                process.outputWriter().close();
                process.onExit()
                        .completeOnTimeout(process, 10, TimeUnit.SECONDS)
                        .join();
                process.destroyForcibly();
                throw e;
            }
        }

        void mend() throws IOException {
            process.outputWriter().append("end\n").close();
            Await.until(
                    Bridge.LIMIT,
                    "the wire of " + namespace + " is mended",
                    () -> process.isAlive() ? "it is not" : "");
            if (process.exitValue() != 0) {
                throw new IllegalStateException("the wire of " + namespace + " is not mended");
            }
        }
    }
}
