package org.dnpipes.pipe.contract;

import org.junit.jupiter.api.AfterEach;

/** The cluster in memory keeps the promises of {@link WaitingReadContract}. */
class FakeWaitingReadTest extends WaitingReadContract {
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
