package org.dnpipes;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may know which. An arrow that is not here is a mistake, or a decision to be made here first. */
@AnalyzeClasses(packages = "org.dnpipes", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule PACKAGES = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("cli")
            .definedBy("org.dnpipes.cli..")
            .layer("mount")
            .definedBy("org.dnpipes.mount..")
            .layer("fuse")
            .definedBy("org.dnpipes.fuse..")
            .layer("fs")
            .definedBy("org.dnpipes.fs..")
            .layer("pipe")
            .definedBy("org.dnpipes.pipe..")
            .layer("kafka")
            .definedBy("org.dnpipes.kafka..")
            .layer("broker")
            .definedBy("org.dnpipes.broker..")
            .layer("logging")
            .definedBy("org.dnpipes.logging..")
            .layer("files")
            .definedBy("org.dnpipes.files..")
            .layer("index")
            .definedBy("org.dnpipes.index..")
            .layer("observe")
            .definedBy("org.dnpipes.observe..")
            .layer("presence")
            .definedBy("org.dnpipes.presence..")
            .whereLayer("cli")
            .mayOnlyAccessLayers("mount", "observe", "broker", "logging")
            .whereLayer("mount")
            .mayOnlyAccessLayers(
                    "fuse", "fs", "pipe", "kafka", "presence", "index", "observe", "broker", "logging", "files")
            .whereLayer("observe")
            .mayOnlyAccessLayers("fs", "logging")
            .whereLayer("index")
            .mayOnlyAccessLayers("pipe", "files")
            .whereLayer("fuse")
            .mayOnlyAccessLayers("fs")
            .whereLayer("fs")
            .mayOnlyAccessLayers("pipe")
            .whereLayer("pipe")
            .mayNotAccessAnyLayer()
            .whereLayer("kafka")
            .mayOnlyAccessLayers("pipe")
            .whereLayer("presence")
            .mayOnlyAccessLayers("pipe")
            .whereLayer("broker")
            .mayOnlyAccessLayers("logging", "files")
            .whereLayer("logging")
            .mayOnlyAccessLayers("files")
            .whereLayer("files")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule ONLY_FUSE_KNOWS_NATIVE_CODE = noClasses()
            .that()
            .resideOutsideOfPackage("org.dnpipes.fuse..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr..", "ru.serce..", "com.kenai..", "sun.misc..");

    @ArchTest
    static final ArchRule ONLY_KAFKA_AND_BROKER_KNOW_KAFKA = noClasses()
            .that()
            .resideOutsideOfPackages("org.dnpipes.kafka..", "org.dnpipes.broker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "kafka..", "scala..");

    @ArchTest
    static final ArchRule ONLY_BROKER_KNOWS_THE_SERVER = noClasses()
            .that()
            .resideOutsideOfPackage("org.dnpipes.broker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "kafka..",
                    "scala..",
                    "org.apache.kafka.server..",
                    "org.apache.kafka.metadata..",
                    "org.apache.kafka.storage..",
                    "org.apache.kafka.raft..");

    @ArchTest
    static final ArchRule ONLY_OBSERVE_KNOWS_METRICS = noClasses()
            .that()
            .resideOutsideOfPackage("org.dnpipes.observe..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.prometheus..", "com.sun.net.httpserver..");

    @ArchTest
    static final ArchRule ONLY_CLI_KNOWS_PICOCLI = noClasses()
            .that()
            .resideOutsideOfPackage("org.dnpipes.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");
}
