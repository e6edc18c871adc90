package org.dnpipes.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One producer per lane, made when it is first needed. Safe for use by many threads. */
final class Producers {
    private static final Logger LOG = LoggerFactory.getLogger(Producers.class);

    private final ClientSettings settings;
    private final Map<Lane, Producer<byte[], byte[]>> producers = new EnumMap<>(Lane.class);
    private final String name;
    private int made;

    /** @param name what their connections are called on the brokers */
    Producers(ClientSettings settings, String name) {
        this.settings = settings;
        this.name = name;
    }

    synchronized Producer<byte[], byte[]> of(Lane lane) {
        return producers.computeIfAbsent(lane, this::make);
    }

    private Producer<byte[], byte[]> make(Lane lane) {
        String id = name + "-" + lane.name().toLowerCase(java.util.Locale.ROOT) + "-" + ++made;
        return new KafkaProducer<>(settings.producer(id, lane), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Replaces a producer that will never send again. Its lines fail. Blocks for a moment. */
    void replace(Lane lane, Producer<byte[], byte[]> broken, Throwable cause) {
        synchronized (this) {
            if (!producers.remove(lane, broken)) {
                return;
            }
        }
        LOG.warn("A producer has to be replaced: {}", Failures.of("push", cause).getMessage());
        broken.close(Duration.ZERO);
    }

    /** Closes all, within about that time. What is not stored by then fails. */
    void close(Duration timeout) throws InterruptedException {
        List<Thread> closing = new ArrayList<>();
        synchronized (this) {
            producers.forEach((lane, producer) -> {
                Thread thread = Threads.named("close-" + lane, () -> producer.close(timeout));
                if (Threads.start(thread)) {
                    closing.add(thread);
                } else {
                    producer.close(timeout);
                }
            });
            producers.clear();
        }
        for (Thread thread : closing) {
            thread.join(timeout.toMillis() + 500);
        }
    }
}
