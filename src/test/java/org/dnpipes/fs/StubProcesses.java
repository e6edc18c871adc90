package org.dnpipes.fs;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** Processes as a test says they are: a thread's process has the thread's number unless told otherwise. */
final class StubProcesses extends Processes {
    private final Map<Integer, Integer> processes = new ConcurrentHashMap<>();
    private final Set<Integer> holders = ConcurrentHashMap.newKeySet();
    private final Set<Integer> dying = ConcurrentHashMap.newKeySet();

    private final Set<Integer> ended = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

    private volatile boolean failing;

    void threadOf(int tid, int process) {
        processes.put(tid, process);
    }

    /** The process has every file open that it is asked about. */
    void holds(int process) {
        holders.add(process);
    }

    void lets(int process) {
        holders.remove(process);
    }

    /** The thread is not there any more. */
    void end(int tid) {
        ended.add(tid);
    }

    /** What happens while somebody looks for open files, the next time. */
    void duringALook(Runnable what) {
        meanwhile.set(what);
    }

    /** From now on looking for open files fails as it never should. */
    void fail() {
        failing = true;
    }

    void kill(int tid) {
        dying.add(tid);
    }

    @Override
    OptionalInt processOf(int tid) {
        return tid <= 0 || ended.contains(tid) ? OptionalInt.empty() : OptionalInt.of(processes.getOrDefault(tid, tid));
    }

    @Override
    boolean hasOpen(int process, File file) {
        if (failing) {
            throw new IllegalStateException("for this test");
        }
        meanwhile.getAndSet(() -> {}).run();
        return process <= 0 || holders.contains(process);
    }

    @Override
    boolean diesOfSignal(int tid) {
        return dying.contains(tid);
    }

    @Override
    public boolean hasFatalSignal(int tid) {
        return dying.contains(tid);
    }
}
