package org.dnpipes.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.dnpipes.fake.Fuzz;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Properties files as people may write them, and files that are something else. */
class ClusterConfigFuzzTest {
    private static final String SECRET = "s3cret-w0rd";

    @TempDir
    private Path temp;

    private ClusterConfig read(byte[] content) throws Exception {
        Path file = temp.resolve("client.properties");
        Files.write(file, content);
        return ClusterConfig.of(
                new ClusterRequest(null, file, null, true), Map.of("HOME", temp.toString()), temp.resolve("none"));
    }

    @Test
    void whatWasStoredIsReadAgain() {
        Fuzz.rounds(random -> {
            Properties properties = new Properties();
            properties.setProperty("bootstrap.servers", "host:1");
            for (int i = random.nextInt(5); i > 0; i--) {
                properties.setProperty(
                        "k." + Fuzz.text(random, "abc =:#!\\\n\t", 10), Fuzz.text(random, "xyz =:#!\\\n", 50));
            }
            StringWriter text = new StringWriter();
            properties.store(text, null);
            Map<String, String> expected = new HashMap<>();
            properties.stringPropertyNames().forEach(name -> expected.put(name, properties.getProperty(name)));
            assertEquals(
                    expected,
                    read(text.toString().getBytes(StandardCharsets.UTF_8)).client());
        });
    }

    /** What is wrong is said in one line, without what stands in the file: that may be a password. */
    @Test
    void anythingElseIsRefusedInOneLineThatTellsNoSecret() {
        Fuzz.rounds(random -> {
            byte[] content = Fuzz.damaged(
                            random, "sasl.jaas.config=\\u00e4 password=\"" + SECRET + "\"\\\nnext\nssl.key=\\\\u00\n")
                    .getBytes(random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
            if (random.nextInt(4) == 0) {
                content[random.nextInt(content.length)] = (byte) 0xff;
            }
            byte[] given = content;
            ClusterFailure failure = assertThrows(ClusterFailure.class, () -> read(given));
            String message = String.valueOf(failure.getMessage());
            Fuzz.assertIsOneLine(message);
            assertTrue(message.contains("client.properties"), message);
            assertFalse(message.contains(SECRET) || message.contains("password"), message);
        });
    }

    @Test
    void fileWithoutEndIsNotReadToItsEnd() {
        ClusterFailure failure = assertThrows(
                ClusterFailure.class,
                () -> ClusterConfig.of(
                        new ClusterRequest(null, Path.of("/dev/zero"), null), Map.of(), temp.resolve("none")));
        assertTrue(String.valueOf(failure.getMessage()).contains("/dev/zero"), failure.getMessage());
    }
}
