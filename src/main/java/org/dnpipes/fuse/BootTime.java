package org.dnpipes.fuse;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.dnpipes.fuse.NativeFuse.Clocks;

/**
 * The time since the machine was started, also while it was suspended: System.nanoTime stands still then. Safe for use
 * by many threads.
 */
public final class BootTime {
    /** CLOCK_BOOTTIME of clock_gettime(2). */
    private static final int CLOCK = 7;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Clocks clocks =
            LibraryLoader.create(Clocks.class).failImmediately().load("c");
    private final ThreadLocal<Pointer> timespec =
            ThreadLocal.withInitial(() -> Memory.allocateDirect(Runtime.getRuntime(clocks), 2 * Long.BYTES));

    public long nanos() {
        Pointer time = timespec.get();
        // It cannot fail: Linux has had the clock since 2.6.39.
        if (clocks.clock_gettime(CLOCK, time) != 0) {
            throw new IllegalStateException("there is no CLOCK_BOOTTIME");
        }
        return time.getLong(0) * NANOS_PER_SECOND + time.getLong(Long.BYTES);
    }
}
