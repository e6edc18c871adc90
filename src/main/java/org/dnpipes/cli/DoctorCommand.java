package org.dnpipes.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dnpipes.mount.ClientTarget;
import org.dnpipes.mount.Doctor;
import org.dnpipes.mount.Finding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "doctor",
        description = {
            "Looks for what would keep a mount from working: FUSE on this host, the configuration and where it comes"
                    + " from, brokers that cannot be reached, rights that are missing. Says for each what to do.",
            "",
            "Ends with status 0 if there is no problem, else with 1. Changes nothing, and starts no broker."
        })
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "TOPIC", arity = "0..*", description = "Topics whose rights are shown, too.")
    private final List<ClientTarget> topics = new ArrayList<>();

    @Override
    public Integer call() {
        Doctor doctor = new Doctor(System.getenv(), DoctorCommand::say);
        boolean isWell = doctor.examine(
                cluster.request(), topics.stream().map(ClientTarget::topic).toList());
        return isWell ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static void say(Finding finding) {
        String grade = finding.grade() == Finding.Grade.PROBLEM
                ? "PROBLEM"
                : finding.grade() == Finding.Grade.NOTE ? "note" : "ok";
        System.out.printf("%-8s %s%n", grade, finding.sentence().replace('\n', ' '));
    }
}
