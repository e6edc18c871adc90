package org.dnpipes.pipe.contract;

import org.junit.jupiter.api.AfterEach;

/** The cluster in memory keeps the promises of {@link SinkContract}. */
class FakeSinkTest extends SinkContract {
    private final FakeEngine engine = new FakeEngine();

    @Override
    protected Engine engine() {
        return engine;
    }

    @AfterEach
    void closeEngine() {
        engine.close();
    }
}
