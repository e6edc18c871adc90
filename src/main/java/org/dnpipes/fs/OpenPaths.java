package org.dnpipes.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which pipes are open by which path, in which process, for fstat(2), which does not tell the open file that it asks
 * about: it is one of the same process. Safe for use by many threads.
 */
final class OpenPaths {
    private final Processes processes;
    /**
     * By path and process, in the order they were opened. The maps within are changed while the path is computed, by
     * one thread at a time; the lists are never changed.
     */
    private final Map<String, Map<Integer, List<OpenPipe>>> open = new ConcurrentHashMap<>();

    OpenPaths(Processes processes) {
        this.processes = processes;
    }

    /** A file of which it is not known who opened it is not found here. */
    void add(OpenPipe file) {
        if (file.process() > 0) {
            open.compute(file.path(), (path, files) -> {
                Map<Integer, List<OpenPipe>> with = files == null ? new ConcurrentHashMap<>() : files;
                with.merge(file.process(), List.of(file), OpenPaths::joined);
                return with;
            });
        }
    }

    private static List<OpenPipe> joined(List<OpenPipe> some, List<OpenPipe> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    void remove(OpenPipe file) {
        open.computeIfPresent(file.path(), (path, files) -> {
            files.computeIfPresent(file.process(), (process, same) -> without(same, file));
            return files.isEmpty() ? null : files;
        });
    }

    /** Null if there is none left. */
    private static @Nullable List<OpenPipe> without(List<OpenPipe> files, OpenPipe file) {
        List<OpenPipe> rest = new ArrayList<>(files);
        rest.remove(file);
        return rest.isEmpty() ? null : List.copyOf(rest);
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
