package org.dnpipes.fs;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Which pipes are open by which path, for fstat(2), which does not tell the open file that it asks about: it is one of
 * the same process. Safe for use by many threads.
 */
final class OpenPaths {
    private final Processes processes;
    /** In the order they were opened. */
    private final Map<String, List<OpenPipe>> open = new ConcurrentHashMap<>();

    OpenPaths(Processes processes) {
        this.processes = processes;
    }

    void add(OpenPipe file) {
        open.compute(file.path(), (path, files) -> {
            List<OpenPipe> with = files == null ? new CopyOnWriteArrayList<>() : files;
            with.add(file);
            return with;
        });
    }

    void remove(OpenPipe file) {
        open.computeIfPresent(file.path(), (path, files) -> {
            files.remove(file);
            return files.isEmpty() ? null : files;
        });
    }

    /**
     * The files that the caller's process has opened by {@code path}, in the order it did; none if it does not matter
     * which: then they tell what the name does.
     */
    List<OpenPipe> ofCaller(String path, Caller caller) {
        return ofCaller(path, caller, OpenPaths::tellsSomethingElse);
    }

    /** Whether all files that the caller's process has opened by {@code path} are not the one with that inode. */
    boolean isOfAnother(String path, Caller caller, long inode) {
        List<OpenPipe> files = ofCaller(path, caller, file -> file.node().inode() != inode);
        return !files.isEmpty() && files.stream().noneMatch(file -> file.node().inode() == inode);
    }

    /** @param matters if it is so for none of them, nobody has to find out whose they are */
    private List<OpenPipe> ofCaller(String path, Caller caller, Predicate<OpenPipe> matters) {
        List<OpenPipe> files = open.getOrDefault(path, List.of());
        if (files.stream().noneMatch(matters)) {
            return List.of();
        }
        List<OpenPipe> ofThread =
                files.stream().filter(file -> file.openedBy() == caller.tid()).toList();
        if (!ofThread.isEmpty()) {
            return ofThread;
        }
        OptionalInt process = processes.processOf(caller.tid());
        return process.isEmpty()
                ? List.of()
                : files.stream()
                        .filter(file -> processes.processOf(file.openedBy()).equals(process))
                        .toList();
    }

    private static boolean tellsSomethingElse(OpenPipe file) {
        Reader reader = file.reader();
        return file.pipe().isGone() || (reader != null && reader.hasPositionsOfItsOwn());
    }
}
