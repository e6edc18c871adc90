package org.dnpipes.kafka;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is made when it is first needed. Safe for use by many threads. */
final class Lazy<T> {
    private final Supplier<T> maker;
    private @Nullable T made;

    Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    synchronized T get() {
        T current = made;
        if (current == null) {
            current = maker.get();
            made = current;
        }
        return current;
    }

    synchronized void ifPresent(Consumer<T> action) {
        if (made != null) {
            action.accept(made);
        }
    }
}
