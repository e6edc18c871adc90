package org.dnpipes.fs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which pipes are open by which path, in which process, for fstat(2), which does not tell the open file that it asks
 * about: it is one of the same process. Safe for use by many threads.
 */
final class OpenPaths {
    private final Processes processes;
    /** By path and process, in the order they were opened. */
    private final Map<String, Map<Integer, List<OpenPipe>>> open = new ConcurrentHashMap<>();

    OpenPaths(Processes processes) {
        this.processes = processes;
    }

    /** A file of which it is not known who opened it is not found here. */
    void add(OpenPipe file) {
        if (file.process() > 0) {
            open.compute(file.path(), (path, files) -> {
                Map<Integer, List<OpenPipe>> with = files == null ? new HashMap<>() : new HashMap<>(files);
                List<OpenPipe> same = new ArrayList<>(with.getOrDefault(file.process(), List.of()));
                same.add(file);
                with.put(file.process(), same);
                return with;
            });
        }
    }

    void remove(OpenPipe file) {
        open.computeIfPresent(file.path(), (path, files) -> {
            Map<Integer, List<OpenPipe>> without = new HashMap<>(files);
            List<OpenPipe> same = new ArrayList<>(without.getOrDefault(file.process(), List.of()));
            same.remove(file);
            if (same.isEmpty()) {
                without.remove(file.process());
            } else {
                without.put(file.process(), same);
            }
            return without.isEmpty() ? null : without;
        });
    }

    /** The files that the caller's process has opened by {@code path}, in the order it did. */
    List<OpenPipe> ofCaller(String path, Caller caller) {
        Map<Integer, List<OpenPipe>> files = open.getOrDefault(path, Map.of());
        if (files.isEmpty() || caller.tid() <= 0) {
            return List.of();
        }
        // The first thread of a process has its number.
        List<OpenPipe> own = files.get(caller.tid());
        if (own != null) {
            return own;
        }
        OptionalInt process = processes.processOf(caller.tid());
        return process.isPresent() ? files.getOrDefault(process.getAsInt(), List.of()) : List.of();
    }
}
