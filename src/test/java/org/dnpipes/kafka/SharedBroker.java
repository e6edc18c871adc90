package org.dnpipes.kafka;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** Gives test classes one broker in this JVM. It is started by the first of them and stopped after the last. */
public final class SharedBroker implements BeforeAllCallback {
    private @Nullable KafkaEngine engine;

    @Override
    public void beforeAll(ExtensionContext context) {
        engine = context.getRoot()
                .getStore(Namespace.create(SharedBroker.class))
                .computeIfAbsent(KafkaEngine.class, key -> KafkaEngine.start(), KafkaEngine.class);
    }

    public KafkaEngine engine() {
        return Objects.requireNonNull(engine);
    }
}
