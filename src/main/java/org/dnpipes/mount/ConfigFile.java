package org.dnpipes.mount;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/** A file of Kafka client properties. Nothing that is said about it quotes a value. */
final class ConfigFile {
    /** No one needs as many; and what is no file of properties may never end. */
    private static final int LARGEST = 1 << 20;

    private static final int GROUP_OR_OTHERS = 0066;
    /** A machine's file may be for a group: then root owns it. The rule is PostgreSQL's for private keys. */
    private static final int GROUP_OR_OTHERS_OF_ROOT = 0026;

    private ConfigFile() {}

    /**
     * The properties in a file.
     *
     * @param mayBeReadable also if it holds secrets and others can read it
     * @throws ClusterFailure if there is no such file, it cannot be read, or it should not be readable as it is
     */
    static Map<String, String> read(Path file, boolean mayBeReadable) {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new ClusterFailure("the configuration file " + file + " is larger than 1 MiB; name another one");
            }
            // Strictly: a password must not be read as another one.
            properties.load(new InputStreamReader(new ByteArrayInputStream(bytes), UTF_8.newDecoder()));
            Map<String, String> settings = new HashMap<>();
            properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
            if (!mayBeReadable) {
                requirePrivate(file, settings.keySet().stream().filter(ConfigFile::isSecret));
            }
            return settings;
        } catch (NoSuchFileException e) {
            throw new ClusterFailure("there is no configuration file " + file, e);
        } catch (IllegalArgumentException e) {
            throw new ClusterFailure(
                    file + " is no file of properties (" + e.getMessage() + "); write a backslash as two", e);
        } catch (IOException e) {
            throw new ClusterFailure("cannot read the configuration file " + file + " (" + e + ")", e);
        }
    }

    private static boolean isSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("sasl.jaas.config")
                || lower.equals("ssl.keystore.key")
                || Stream.of("password", "passphrase", "secret").anyMatch(lower::contains);
    }

    private static void requirePrivate(Path file, Stream<String> secrets) throws IOException {
        boolean isOfRoot = Files.getAttribute(file, "unix:uid").equals(0);
        int others = (Integer) Files.getAttribute(file, "unix:mode")
                & (isOfRoot ? GROUP_OR_OTHERS_OF_ROOT : GROUP_OR_OTHERS);
        if (others == 0) {
            return;
        }
        secrets.sorted().findFirst().ifPresent(secret -> {
            throw new ClusterFailure(
                    file + " holds a secret (" + secret + ") and other users can read or change it; chmod "
                            + (isOfRoot ? "640 " : "600 ") + file + ", or give --allow-readable-config");
        });
    }
}
