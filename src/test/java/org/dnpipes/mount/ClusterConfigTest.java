package org.dnpipes.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterConfigTest {
    @TempDir
    private Path temp;

    private final Map<String, String> environment = new HashMap<>();
    private Path userFile;
    private Path machineFile;

    @BeforeEach
    void home() throws IOException {
        environment.put("HOME", temp.toString());
        userFile = temp.resolve(".config/dnpipes/client.properties");
        machineFile = temp.resolve("etc/client.properties");
        Files.createDirectories(userFile.getParent());
        Files.createDirectories(machineFile.getParent());
    }

    @Test
    void nothingSaidMeansTheEmbeddedBrokerInTheUsersData() {
        ClusterConfig config = config(ClusterRequest.UNSAID);
        assertTrue(config.isEmbedded());
        assertEquals(temp.resolve(".local/share/dnpipes"), config.dataDir());
    }

    @Test
    void eachPlaceComesBeforeTheNext() throws IOException {
        write(machineFile, "bootstrap.servers=machine:1");
        assertEquals("machine:1", servers(ClusterRequest.UNSAID));

        write(userFile, "bootstrap.servers=user:1");
        assertEquals("user:1", servers(ClusterRequest.UNSAID));

        environment.put(
                "DNPIPES_CONFIG",
                write(temp.resolve("env"), "bootstrap.servers=env:1").toString());
        assertEquals("env:1", servers(ClusterRequest.UNSAID));

        environment.put("DNPIPES_BOOTSTRAP_SERVERS", "env:2");
        assertEquals("env:2", servers(ClusterRequest.UNSAID));

        Path named = write(temp.resolve("named"), "bootstrap.servers=named:1");
        assertEquals("named:1", servers(request(null, named)));

        assertEquals("option:1", servers(request("option:1", named)));
        assertEquals("option:1", servers(request("option:1", null)));
    }

    @Test
    void serversReplaceThatKeyOfTheFileAlone() throws IOException {
        write(userFile, "bootstrap.servers=user:1\nsecurity.protocol=SSL");
        assertEquals(
                Map.of("bootstrap.servers", "option:1", "security.protocol", "SSL"),
                config(request("option:1", null)).client());
        environment.put("DNPIPES_BOOTSTRAP_SERVERS", "env:1");
        assertEquals(
                Map.of("bootstrap.servers", "env:1", "security.protocol", "SSL"),
                config(ClusterRequest.UNSAID).client());
    }

    @Test
    void aDataDirectoryAsksForTheEmbeddedBroker() throws IOException {
        write(userFile, "bootstrap.servers=user:1");
        environment.put("DNPIPES_BOOTSTRAP_SERVERS", "env:1");
        ClusterConfig config = config(new ClusterRequest(null, null, temp.resolve("data")));
        assertTrue(config.isEmbedded());
        assertEquals(temp.resolve("data"), config.dataDir());
    }

    @Test
    void emptyVariablesSayNothing() {
        environment.put("DNPIPES_BOOTSTRAP_SERVERS", "");
        environment.put("DNPIPES_CONFIG", "");
        environment.put("XDG_DATA_HOME", "relative");
        assertEquals(
                temp.resolve(".local/share/dnpipes"),
                config(ClusterRequest.UNSAID).dataDir());
    }

    @Test
    void xdgDirectoriesAreUsed() throws IOException {
        environment.put("XDG_CONFIG_HOME", temp.resolve("config").toString());
        environment.put("XDG_DATA_HOME", temp.resolve("data").toString());
        assertEquals(temp.resolve("data/dnpipes"), config(ClusterRequest.UNSAID).dataDir());
        Files.createDirectories(temp.resolve("config/dnpipes"));
        write(temp.resolve("config/dnpipes/client.properties"), "bootstrap.servers=xdg:1");
        assertEquals("xdg:1", servers(ClusterRequest.UNSAID));
    }

    @Test
    void aMissingFileIsSaid() {
        Path missing = temp.resolve("missing");
        assertFails("there is no configuration file " + missing, request(null, missing));
        environment.put("DNPIPES_CONFIG", missing.toString());
        assertFails("there is no configuration file " + missing, ClusterRequest.UNSAID);
    }

    @Test
    void anUnreadableFileIsSaid() throws IOException {
        Path directory = Files.createDirectory(temp.resolve("directory"));
        assertFails("cannot read the configuration file " + directory, request(null, directory));
        Path malformed = write(temp.resolve("malformed"), "key=\\u12");
        assertFails(malformed + " is no file of properties", request(null, malformed));
    }

    @Test
    void aFileWithoutServersIsSaid() throws IOException {
        Path file = write(temp.resolve("file"), "security.protocol=SSL");
        assertFails(file + " has no bootstrap.servers; add it, or give --bootstrap-servers", request(null, file));
        assertEquals("option:1", servers(request("option:1", file)));
    }

    @Test
    void passwordsAreNotShown() throws IOException {
        Path file = write(temp.resolve("file"), "bootstrap.servers=a:1\nssl.key.password=secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertFalse(config(request(null, file)).toString().contains("secret"));
    }

    private ClusterConfig config(ClusterRequest request) {
        return ClusterConfig.of(request, environment, machineFile);
    }

    private @Nullable String servers(ClusterRequest request) {
        return config(request).client().get("bootstrap.servers");
    }

    private void assertFails(String sentence, ClusterRequest request) {
        String message = String.valueOf(
                assertThrows(ClusterFailure.class, () -> config(request)).getMessage());
        assertTrue(message.startsWith(sentence), message);
    }

    private static ClusterRequest request(@Nullable String servers, @Nullable Path config) {
        return new ClusterRequest(servers, config, null);
    }

    private static Path write(Path file, String text) throws IOException {
        return Files.writeString(file, text + "\n");
    }
}
