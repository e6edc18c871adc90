package org.dnpipes.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
    /** A sample, as Prometheus' text format 0.0.4 has it. */
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-z_][a-z0-9_]*)(\\{LABEL(,LABEL)*})? (\\S+)".replace("LABEL", "[a-z_]+=\"([^\"\\\\]|\\\\.)*\""));

    private MetricsServer server;

    @BeforeEach
    void start() throws IOException {
        server = MetricsServer.at(MetricsAddress.parse("0"));
        server.start(() -> Statuses.at(10, 100));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> get(String path, String method) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everyLineIsACommentOrASampleOfAnAnnouncedType() throws Exception {
        HttpResponse<String> answer = get("/metrics", "GET");
        assertEquals(200, answer.statusCode());
        assertTrue(answer.headers().firstValue("Content-Type").orElse("").startsWith("text/plain; version=0.0.4"));
        Set<String> announced = new HashSet<>();
        for (String line : answer.body().lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                assertTrue(announced.add(line.split(" ", -1)[2]), () -> "announced twice: " + line);
            } else if (!line.startsWith("# HELP ")) {
                Matcher sample = SAMPLE.matcher(line);
                assertTrue(sample.matches(), line);
                double unused = Double.parseDouble(sample.group(6).replace("+Inf", "Infinity"));
                String name = sample.group(1);
                assertTrue(
                        announced.contains(name) || announced.contains(name.replaceAll("_(bucket|sum|count)$", "")),
                        () -> "of no announced type: " + line);
            }
        }
    }

    @Test
    void whatTheMountDoesIsThere() throws Exception {
        List<String> lines = get("/metrics", "GET").body().lines().toList();
        for (String expected : List.of(
                "dnpipes_pushed_messages_total 100.0",
                "dnpipes_pushed_bytes_total 1000.0",
                "dnpipes_waiting_readers 1.0",
                "dnpipes_window_bytes 400.0",
                "dnpipes_fuse_requests_total{opcode=\"read\"} 5.0",
                "dnpipes_fuse_errors_total{errno=\"ENOENT\"} 2.0",
                "dnpipes_push_duration_seconds_bucket{le=\"0.001\"} 1",
                "dnpipes_push_duration_seconds_bucket{le=\"+Inf\"} 2",
                "dnpipes_push_duration_seconds_count 2")) {
            assertTrue(lines.contains(expected), () -> "no '" + expected + "' in\n" + String.join("\n", lines));
        }
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"}")));
    }

    @Test
    void thereIsNothingElse() throws Exception {
        assertEquals(404, get("/", "GET").statusCode());
        assertEquals(405, get("/metrics", "POST").statusCode());
    }

    @Test
    void anAddressThatIsTakenIsSaidInOneSentence() {
        IOException failure =
                assertThrows(IOException.class, () -> MetricsServer.at(MetricsAddress.parse(server.address())));
        assertTrue(String.valueOf(failure.getMessage()).startsWith("cannot serve metrics at 127.0.0.1:"));
        IOException unknown =
                assertThrows(IOException.class, () -> MetricsServer.at(MetricsAddress.parse("no-such-host.invalid:1")));
        assertTrue(String.valueOf(unknown.getMessage()).contains("no host of that name"));
    }
}
