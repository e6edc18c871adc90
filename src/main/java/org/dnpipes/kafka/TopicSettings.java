package org.dnpipes.kafka;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/**
 * The settings of one topic, as they are now.
 *
 * @param config as Kafka describes it
 */
record TopicSettings(Config config) {

    /** Asks for them. Fails with Kafka's exceptions, without the right to see them with one of authorization. */
    static CompletableFuture<TopicSettings> ask(Admin admin, String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return Answers.of(admin.describeConfigs(List.of(resource)).all())
                .thenApply(all -> new TopicSettings(all.getOrDefault(resource, new Config(List.of()))));
    }

    /** The value of that name, if it has one. */
    Optional<String> value(String name) {
        return Optional.ofNullable(config.get(name)).map(ConfigEntry::value);
    }
}
