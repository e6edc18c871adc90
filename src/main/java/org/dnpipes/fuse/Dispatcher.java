package org.dnpipes.fuse;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.dnpipes.fs.Answer;
import org.dnpipes.fs.Attributes;
import org.dnpipes.fs.Errno;
import org.dnpipes.fs.FileSystem;
import org.dnpipes.fs.LastOpened;
import org.dnpipes.fs.Listings;
import org.dnpipes.fs.OpenFiles;
import org.dnpipes.fs.OpenFlags;
import org.dnpipes.fs.Processes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of a request. Data requests are taken here, raw, and answered by the file system whenever it
 * can: none of them ever holds a thread. All others go to libfuse, which calls {@link NameCallbacks}; those may wait.
 */
final class Dispatcher implements Workers.Service {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final OpenFiles files;
    private final Processes processes;
    private final LastOpened lastOpened;
    private final Listings listings;
    private final Replies replies;
    private final LibfuseChannel libfuse;

    /** Everything that is not answered yet, by its number, for INTERRUPT. */
    private final Map<Long, Interruptible> pending = new ConcurrentHashMap<>();

    Dispatcher(FileSystem fs, Replies replies, LibfuseChannel libfuse) {
        this.files = fs.openFiles();
        this.processes = fs.processes();
        this.lastOpened = fs.lastOpened();
        this.listings = fs.listings();
        this.replies = replies;
        this.libfuse = libfuse;
    }

    @Override
    public boolean serveAtOnce(ByteBuffer request) {
        if (Wire.opcode(request) == Wire.GETATTR) {
            try {
                return answerAsJustTold(request);
            } catch (Throwable e) {
                complain(Wire.GETATTR, e);
                return false;
            }
        }
        if (!isRefused(request) && mayTakeLong(request)) {
            return false;
        }
        serve(request);
        return true;
    }

    /**
     * What pipes cannot do, whatever names it is about. libfuse must not see it: it would wait, and nobody could
     * interrupt it, until nothing else is done with those names.
     */
    static boolean isRefused(ByteBuffer request) {
        return switch (Wire.opcode(request)) {
            case Wire.MKDIR, Wire.RMDIR, Wire.SYMLINK, Wire.LINK, Wire.RENAME, Wire.RENAME2 -> true;
            case Wire.MKNOD -> !Attributes.isRegular(Wire.mode(request));
            default -> false;
        };
    }

    private static boolean mayTakeLong(ByteBuffer request) {
        return switch (Wire.opcode(request)) {
            case Wire.READ, Wire.WRITE, Wire.FLUSH, Wire.FSYNC, Wire.POLL -> false;
            case Wire.INTERRUPT, Wire.COPY_FILE_RANGE -> false;
            case Wire.FORGET, Wire.BATCH_FORGET, Wire.RELEASE -> false;
            case Wire.GETXATTR -> mayHaveAttribute(request);
            case Wire.ACCESS -> Wire.asksToExecute(request);
            default -> true;
        };
    }

    @Override
    public void serve(ByteBuffer request) {
        try {
            replies.counts().received(Wire.opcode(request));
            forgetLast(request);
            if (isRefused(request)) {
                data(request, a -> a.fail(Errno.EPERM));
                return;
            }
            switch (Wire.opcode(request)) {
                case Wire.READ -> data(request, a -> files.read(read(request), a));
                case Wire.WRITE -> data(request, a -> files.write(write(request), a));
                case Wire.FLUSH -> data(request, a -> files.flush(Wire.fh(request), Wire.pid(request), a));
                case Wire.FSYNC -> data(request, a -> files.fsync(Wire.fh(request), Wire.pid(request), a));
                case Wire.POLL -> data(request, a -> files.poll(Wire.fh(request), changed(request), a));
                case Wire.INTERRUPT -> interrupt(request);
                // libfuse's ENOSYS would make the kernel copy by itself, but only up to st_size; with EINVAL tools
                // copy.
                case Wire.COPY_FILE_RANGE -> data(request, a -> a.fail(Errno.EINVAL));
                case Wire.GETXATTR -> getxattr(request);
                case Wire.ACCESS -> access(request);
                default -> name(request);
            }
        } catch (Throwable e) {
            complain(Wire.opcode(request), e);
        }
    }

    /** What was looked up, or opened, last counts only for a GETATTR that follows at once. */
    private void forgetLast(ByteBuffer request) {
        int opcode = Wire.opcode(request);
        switch (opcode) {
            case Wire.GETATTR, Wire.FORGET, Wire.BATCH_FORGET, Wire.INTERRUPT -> {}
            default -> {
                int tid = Wire.pid(request);
                libfuse.lookedUp().forget(tid);
                lastOpened.forget(tid);
                if (opcode != Wire.LOOKUP && opcode != Wire.GETXATTR) {
                    listings.forget(tid);
                }
            }
        }
    }

    /** Answers the second question of one stat(2) as the first. False if it is not one. */
    private boolean answerAsJustTold(ByteBuffer getattr) {
        if (Wire.hasFileHandle(getattr)) {
            return false;
        }
        ByteBuffer told = libfuse.lookedUp().take(Wire.pid(getattr), Wire.node(getattr));
        if (told == null) {
            return false;
        }
        replies.counts().received(Wire.GETATTR);
        replies.send(Wire.answerAttributes(replies.buffer(), Wire.unique(getattr), told));
        return true;
    }

    /** Nobody has to be asked for what there cannot be, whichever file it is. */
    private void getxattr(ByteBuffer request) {
        if (mayHaveAttribute(request)) {
            name(request);
        } else {
            data(request, a -> a.fail(FileSystem.noAttribute(Wire.attribute(request))));
        }
    }

    /**
     * The kernel asks only where it does not check modes itself. Then no mode keeps the user who mounted from reading
     * and writing, and nobody from going to the root; only to tell whether it can be executed a name has to be looked
     * at.
     */
    private void access(ByteBuffer request) {
        if (Wire.asksToExecute(request)) {
            name(request);
        } else {
            data(request, a -> a.count(0));
        }
    }

    private static boolean mayHaveAttribute(ByteBuffer getxattr) {
        return FileSystem.mayHaveAttribute(Wire.attribute(getxattr));
    }

    /** Nothing is known to get here. If something does, the session has to go on for everybody else. */
    private static void complain(int opcode, Throwable e) {
        log.error("request {} failed, which is a bug in dnpipes: {}", opcode, e.toString(), e);
    }

    private void data(ByteBuffer request, Consumer<Answer> operation) {
        int opcode = Wire.opcode(request);
        int size = opcode == Wire.READ ? size(request) : 0;
        DataRequest answer = new DataRequest(opcode, Wire.unique(request), size, replies, pending);
        try {
            operation.accept(answer);
            if (!answer.isFinished()) {
                answer.register();
            }
        } catch (Throwable e) {
            complain(opcode, e);
            answer.fail(Errno.EIO);
        }
    }

    /**
     * Keeps a request about names, to be served by running what this returns. Until then a signal that kills its
     * process ends it: it is answered, and not served any more.
     */
    @Override
    public Runnable keep(ByteBuffer request) {
        forgetLast(request);
        long unique = Wire.unique(request);
        ByteBuffer kept;
        try {
            kept = Wire.newBuffer(request.limit()).put(request).flip();
        } catch (OutOfMemoryError e) {
            complain(Wire.opcode(request), e);
            replies.send(Wire.answer(replies.buffer(), unique, Errno.EIO.number()));
            return () -> {};
        }
        AtomicBoolean taken = new AtomicBoolean();
        NameRequest name = new NameRequest(Wire.pid(kept), Wire.opcode(kept));
        pending.put(unique, name);
        name.onInterrupt(() -> {
            if (processes.hasFatalSignal(name.tid()) && taken.compareAndSet(false, true)) {
                pending.remove(unique);
                replies.counts().failed(Errno.EINTR.number());
                replies.send(Wire.answer(replies.buffer(), unique, Errno.EINTR.number()));
            }
        });
        return () -> {
            if (taken.compareAndSet(false, true)) {
                replies.counts().received(Wire.opcode(kept));
                try {
                    serve(kept, name);
                } catch (Throwable e) {
                    complain(Wire.opcode(kept), e);
                }
            }
        };
    }

    private void name(ByteBuffer request) {
        NameRequest name = new NameRequest(Wire.pid(request), Wire.opcode(request));
        pending.put(Wire.unique(request), name);
        serve(request, name);
    }

    private void serve(ByteBuffer request, NameRequest name) {
        if (Wire.opcode(request) == Wire.GETATTR && Wire.hasFileHandle(request)) {
            // fstat(2) comes without a file handle: only lseek(2) to the end asks like this.
            files.soughtEnd(Wire.getattrFh(request));
        }
        long unique = Wire.unique(request);
        try {
            libfuse.process(request, name);
        } finally {
            name.finish();
            pending.remove(unique);
        }
    }

    /**
     * An interrupt can overtake its request, when one thread has received this and another has not got far with that.
     * EAGAIN makes the kernel send it again, unless the request is answered by then.
     */
    private void interrupt(ByteBuffer request) {
        Interruptible target = pending.get(Wire.interrupted(request));
        if (target != null) {
            target.interrupt();
        } else {
            replies.send(Wire.answer(replies.buffer(), Wire.unique(request), Errno.EAGAIN.number()));
        }
    }

    private static OpenFiles.Read read(ByteBuffer request) {
        boolean nonBlocking = new OpenFlags(Wire.flags(request)).nonBlocking();
        return new OpenFiles.Read(Wire.fh(request), Wire.position(request), size(request), nonBlocking);
    }

    private static int size(ByteBuffer read) {
        return Math.min(Wire.size(read), Wire.MAX_PAYLOAD);
    }

    private static OpenFiles.Write write(ByteBuffer request) {
        OpenFlags flags = new OpenFlags(Wire.flags(request));
        return new OpenFiles.Write(
                Wire.fh(request), Wire.position(request), Wire.data(request), flags, Wire.pid(request));
    }

    private @Nullable Runnable changed(ByteBuffer request) {
        long pollHandle = Wire.pollHandle(request);
        return Wire.pollWantsNotification(request)
                ? () -> replies.send(Wire.notifyPoll(replies.buffer(), pollHandle))
                : null;
    }
}
