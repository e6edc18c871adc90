import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * BROKER TOPIC COUNT: sends a message and polls until it has come back, again and again, with Kafka's own client. Prints
 * the microseconds that each took, one a line.
 */
public final class PingPong {
    private PingPong() {}

    public static void main(String[] args) {
        LogManager.getLogManager().reset();
        TopicPartition partition = new TopicPartition(args[1], 0);
        byte[] line = "x".repeat(99).getBytes();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", args[0], "acks", "all", "linger.ms", 0),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", args[0], "auto.offset.reset", "latest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToEnd(List.of(partition));
            consumer.position(partition);
            for (int i = Integer.parseInt(args[2]); i > 0; i--) {
                sleep();
                long began = System.nanoTime();
                producer.send(new ProducerRecord<>(args[1], 0, null, line));
                while (consumer.poll(Duration.ofSeconds(5)).isEmpty()) {
                    // Not yet.
                }
                System.out.println((System.nanoTime() - began) / 1000.0);
            }
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
