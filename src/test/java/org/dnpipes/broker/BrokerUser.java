package org.dnpipes.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Another process that uses the background broker until its standard input ends. */
final class BrokerUser {
    private BrokerUser() {}

    static Process start(Path dataDir) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerUser.class.getName(),
                        dataDir.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** "started" or "found", and the address. */
    static String firstLine(Process user) throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(user.getInputStream(), StandardCharsets.UTF_8));
        return String.valueOf(output.readLine());
    }

    public static void main(String[] arguments) throws IOException {
        try (BrokerProcess broker = BrokerProcess.findOrStart(Path.of(arguments[0]))) {
            System.out.println((broker.started() ? "started " : "found ") + broker.address());
            while (System.in.read() >= 0) {
                // Uses it for as long as the test wants.
            }
        }
    }
}
