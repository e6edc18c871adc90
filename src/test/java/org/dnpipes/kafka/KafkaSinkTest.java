package org.dnpipes.kafka;

import org.dnpipes.pipe.contract.Engine;
import org.dnpipes.pipe.contract.SinkContract;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kafka keeps the promises of {@link SinkContract}. */
class KafkaSinkTest extends SinkContract {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    @Override
    protected Engine engine() {
        return BROKER.engine();
    }
}
