package org.dnpipes.fs;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.dnpipes.fs.Node.Pipe;

/**
 * Finds out whom getattr asks about: a name, or an open file. fstat(2) arrives without the open file that it is about,
 * so that is looked for. Also what a look-up tells of the size has to be true, though open(2) hardly seems to need it:
 * the kernel ends what programs copy by sendfile(2), or map, at the size that it was told last, and many of them do not
 * ask once a file is open. Safe for use by many threads.
 */
final class Getattr {
    private final Names names;
    private final Pipes pipes;
    private final Handles handles;
    private final OpenPaths openPaths;
    private final LastOpened lastOpened;
    private final Stat stat;

    Getattr(Names names, Pipes pipes, Handles handles, OpenPaths openPaths, LastOpened lastOpened, Stat stat) {
        this.names = names;
        this.pipes = pipes;
        this.handles = handles;
        this.openPaths = openPaths;
        this.lastOpened = lastOpened;
        this.stat = stat;
    }

    /** What stat(2) tells of {@code path}, or fstat(2) of a file that was opened by it. */
    Attributes ofPath(String path, Caller caller) {
        if (caller.looksUp()) {
            return ofName(path, caller);
        }
        OptionalLong opened = lastOpened.take(caller.tid(), path);
        OpenPipe file = opened.isPresent() ? handles.findPipe(opened.getAsLong()) : null;
        return file != null ? ofFiles(List.of(file), caller) : fstat(path, caller);
    }

    /** What fstat(2) tells of an open file that is known. */
    Attributes ofHandle(long fh, Caller caller) {
        return ofFiles(List.of(handles.pipe(fh)), caller);
    }

    /** fstat(2), which does not tell of which open file: it is one, or one of several, that the process has open. */
    private Attributes fstat(String path, Caller caller) {
        List<OpenPipe> files = openPaths.ofCaller(path, caller);
        return files.isEmpty() ? ofName(path, caller) : ofFiles(files, caller);
    }

    private Attributes ofFiles(List<OpenPipe> files, Caller caller) {
        List<OpenPipe> there =
                files.stream().filter(file -> !file.pipe().isGone()).toList();
        if (there.isEmpty()) {
            throw new FsException(Errno.ESTALE, files.get(0).path() + " is not the topic any more that was opened");
        }
        OpenPipe newest = there.get(there.size() - 1);
        return stat.ofFile(newest.node().inode(), newest.pipe(), readers(there, newest.pipe()), caller);
    }

    private static List<Reader> readers(List<OpenPipe> files, SharedPipe pipe) {
        return files.stream()
                .filter(file -> file.pipe() == pipe)
                .map(OpenPipe::reader)
                .filter(Objects::nonNull)
                .toList();
    }

    private Attributes ofName(String path, Caller caller) {
        // Programs look at what they have open before they write: that must not wait for a cluster that is away.
        Optional<Node> open = names.lookUpOpen(path);
        if (open.isPresent()) {
            try {
                return ofNode(open.get(), path, caller);
            } catch (FsException e) {
                if (e.errno() != Errno.ESTALE) {
                    throw e;
                }
                // Another topic may have taken the name.
            }
        }
        return ofNode(names.lookUp(path, caller), path, caller);
    }

    private Attributes ofNode(Node node, String path, Caller caller) {
        if (!(node instanceof Pipe pipe)) {
            return stat.ofDirectory(node);
        }
        SharedPipe shared = pipes.get(pipe.id());
        List<Reader> own = readers(openPaths.ofCaller(path, caller), shared);
        return stat.ofName(pipe.inode(), shared, own, caller);
    }
}
