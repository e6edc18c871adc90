package org.dnpipes.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    private static final int NOBODY = 65534;

    @TempDir
    private Path temp;

    @Test
    void aFileWithoutSecretsMayBeReadByEverybody() throws IOException {
        String lines =
                "security.protocol=SSL\nssl.truststore.location=/ca.pem\nsasl.oauthbearer.token.endpoint.url=https://x\n";
        assertEquals(
                Map.of(
                        "security.protocol", "SSL",
                        "ssl.truststore.location", "/ca.pem",
                        "sasl.oauthbearer.token.endpoint.url", "https://x"),
                ConfigFile.read(file(lines, "rw-r--r--"), false));
    }

    @Test
    void eachKindOfSecretIsOne() throws IOException {
        List<String> secrets = List.of(
                "sasl.jaas.config",
                "SASL.jaas.config",
                "ssl.keystore.key",
                "ssl.keystore.password",
                "ssl.key.password",
                "ssl.truststore.password",
                "sasl.oauthbearer.client.credentials.client.secret",
                "sasl.oauthbearer.assertion.private.key.passphrase");
        for (String name : secrets) {
            Path file = file(name + "=hidden", "rw-r--r--");
            String refusal = refusal(file);
            assertTrue(refusal.startsWith(file + " holds a secret (" + name + ")"), refusal);
            assertFalse(refusal.contains("hidden"), refusal);
            assertEquals(Map.of(name, "hidden"), ConfigFile.read(file, true));
        }
    }

    @Test
    void aSecretOfAnOrdinaryUserIsForNobodyElse() throws IOException {
        Path file = file("ssl.key.password=hidden", "rw-------");
        ConfigFile.read(file, false);
        if (isOfRoot(file)) {
            Files.setAttribute(file, "unix:uid", NOBODY);
            ConfigFile.read(file, false);
        }
        for (String permissions : List.of("rw-r-----", "rw--w----", "rw----r--", "rw-----w-")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
            assertTrue(refusal(file).endsWith("chmod 600 " + file + ", or give --allow-readable-config"), permissions);
        }
    }

    @Test
    void aSecretThatRootOwnsMayBeForAGroup() throws IOException {
        Path file = file("ssl.key.password=hidden", "rw-r-----");
        assumeTrue(isOfRoot(file), "only root can give files to root");
        ConfigFile.read(file, false);
        for (String permissions : List.of("rw-rw----", "rw-r--r--", "rw-r---w-")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
            assertTrue(refusal(file).endsWith("chmod 640 " + file + ", or give --allow-readable-config"), permissions);
        }
    }

    @Test
    void whatCannotBeReadIsSaidInASentence() throws IOException {
        Path missing = temp.resolve("missing");
        assertEquals("there is no configuration file " + missing, refusal(missing));
        Path malformed = file("sasl.jaas.config=hid\\uden", "rw-------");
        assertEquals(
                malformed + " is no file of properties (Malformed \\uxxxx encoding.); write a backslash as two",
                refusal(malformed));
        Path unreadable = file("a=b", "---------");
        assumeFalse(isOfRoot(unreadable), "root can read everything");
        assertTrue(refusal(unreadable).startsWith("cannot read the configuration file " + unreadable));
    }

    private static boolean isOfRoot(Path file) throws IOException {
        return Files.getAttribute(file, "unix:uid").equals(0);
    }

    private static String refusal(Path file) {
        return String.valueOf(assertThrows(ClusterFailure.class, () -> ConfigFile.read(file, false))
                .getMessage());
    }

    private Path file(String text, String permissions) throws IOException {
        Path file = Files.writeString(temp.resolve("client.properties"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
