package org.dnpipes.kafka;

import org.dnpipes.pipe.contract.Engine;
import org.dnpipes.pipe.contract.WaitingReadContract;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kafka keeps the promises of {@link WaitingReadContract}. */
class KafkaWaitingReadTest extends WaitingReadContract {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    @Override
    protected Engine engine() {
        return BROKER.engine();
    }
}
