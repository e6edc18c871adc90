package org.dnpipes.kafka;

import org.dnpipes.pipe.contract.CatalogContract;
import org.dnpipes.pipe.contract.Engine;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kafka keeps the promises of {@link CatalogContract}. */
class KafkaCatalogTest extends CatalogContract {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    @Override
    protected Engine engine() {
        return BROKER.engine();
    }
}
