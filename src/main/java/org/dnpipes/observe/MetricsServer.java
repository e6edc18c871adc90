package org.dnpipes.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the metrics of a mount to Prometheus, at {@code /metrics}, and nothing else. Two are served at a time; one
 * that is slow is cut off. No class of the libraries is loaded unless there is one of these.
 */
public final class MetricsServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MetricsServer.class);

    private static final int MOST_AT_A_TIME = 2;
    private static final String LONGEST_SECONDS = "10";

    private final HttpServer server;
    private final ExecutorService threads;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();

    private MetricsServer(HttpServer server) {
        this.server = server;
        this.threads = Executors.newFixedThreadPool(MOST_AT_A_TIME, task -> {
            Thread thread = new Thread(task, "dnpipes-metrics");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Takes an address, and serves nothing there yet.
     *
     * @throws IOException with a sentence, if that cannot be had
     */
    public static MetricsServer at(InetSocketAddress address) throws IOException {
        // The JDK's server would wait for ever for whoever does not go on; see the documentation of its module.
        System.setProperty("sun.net.httpserver.maxReqTime", LONGEST_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", LONGEST_SECONDS);
        try {
            if (address.isUnresolved()) {
                throw new IOException("there is no host of that name");
            }
            return new MetricsServer(HttpServer.create(address, 0));
        } catch (IOException e) {
            throw new IOException(
                    "cannot serve metrics at " + address.getHostString() + ":" + address.getPort() + " ("
                            + e.getMessage() + ")",
                    e);
        }
    }

    /** Serves from now on what {@code status} tells. */
    public void start(Supplier<MountStatus> status) {
        JvmMetrics.builder().register(registry);
        registry.register(new MetricFamilies(status));
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
        log.info("metrics are served at http://{}/metrics", address());
    }

    /** Where it listens. */
    public String address() {
        InetSocketAddress address = server.getAddress();
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals("/metrics")) {
                say(exchange, 404, "the metrics are at /metrics\n");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                say(exchange, 405, "metrics can be read with GET\n");
            } else {
                metrics(exchange);
            }
        } catch (RuntimeException e) {
            log.error("metrics cannot be served, which is a bug in dnpipes: {}", e.toString(), e);
        }
    }

    private void metrics(HttpExchange exchange) throws IOException {
        ExpositionFormatWriter writer =
                formats.findWriter(exchange.getRequestHeaders().getFirst("Accept"));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.write(text, registry.scrape());
        exchange.getResponseHeaders().set("Content-Type", writer.getContentType());
        exchange.sendResponseHeaders(200, text.size());
        text.writeTo(exchange.getResponseBody());
    }

    private static void say(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
