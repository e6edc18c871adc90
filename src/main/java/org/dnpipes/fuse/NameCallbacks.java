package org.dnpipes.fuse;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.dnpipes.fs.Attributes;
import org.dnpipes.fs.Errno;
import org.dnpipes.fs.FileSystem;
import org.dnpipes.fs.FsException;
import org.dnpipes.fs.OpenFlags;
import org.dnpipes.fs.Opened;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.FuseOperations;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/**
 * The operations that have to do with names, as libfuse calls them: one line each, all through {@link #call}, so that
 * no exception reaches native code, where it would turn into success.
 *
 * <p>libfuse runs with nopath, so calls that have a file handle come without a path. It has hidden no file either
 * (hard_remove): a name is gone when it is unlinked.
 */
final class NameCallbacks {
    private static final Logger log = LoggerFactory.getLogger(NameCallbacks.class);

    private final FileSystem fs;
    private final Supplier<NameRequest> current;
    private final Runtime runtime;

    /** @param current the request that the calling thread is serving */
    NameCallbacks(FileSystem fs, Supplier<NameRequest> current, Runtime runtime) {
        this.fs = fs;
        this.current = current;
        this.runtime = runtime;
    }

    /** The table for libfuse. It has to be kept as long as libfuse may call. What is missing in it is ENOSYS. */
    FuseOperations table() {
        FuseOperations t = new FuseOperations(runtime);
        t.getattr.set((path, stat) -> call(c -> fill(stat, fs.getattr(path, c))));
        t.fgetattr.set((path, stat, fi) -> call(c -> fill(stat, fs.fgetattr(fh(fi), c))));
        t.opendir.set((path, fi) -> call(c -> setFh(fi, fs.opendir(path, c))));
        t.readdir.set((path, buffer, filler, offset, fi) -> call(c -> list(fh(fi), c, buffer, filler)));
        t.releasedir.set((path, fi) -> call(c -> fs.releasedir(fh(fi))));
        t.open.set((path, fi) -> call(c -> opened(fi, fs.open(path, flags(fi), c), c)));
        t.create.set((path, mode, fi) -> call(c -> opened(fi, fs.create(path, flags(fi), c), c)));
        t.release.set((path, fi) -> call(c -> fs.release(fh(fi))));
        t.mknod.set((path, mode, device) -> call(c -> fs.mknod(path, (int) mode, c)));
        t.truncate.set((path, size) -> call(c -> fs.truncate(path, size, c)));
        t.ftruncate.set((path, size, fi) -> call(c -> fs.ftruncate(fh(fi), size, c)));
        t.unlink.set(path -> call(c -> fs.unlink(path, c)));
        t.chmod.set((path, mode) -> call(c -> fs.setattr(path, c)));
        t.chown.set((path, uid, gid) -> call(c -> fs.setattr(path, c)));
        t.utimens.set((path, times) -> call(c -> fs.setattr(path, c)));
        t.access.set((path, mask) -> call(c -> fs.requireExecutable(path, c)));
        t.statfs.set((path, stat) -> call(c -> fillStatfs(stat)));
        t.getxattr.set((path, name, value, size) -> sized(c -> bytes(fs.getxattr(path, name, c)), value, size));
        t.listxattr.set((path, list, size) -> sized(c -> list(fs.listxattr(path, c)), list, size));
        t.mkdir.set((path, mode) -> refuse("mkdir"));
        t.rmdir.set(path -> refuse("rmdir"));
        t.symlink.set((target, path) -> refuse("symlink"));
        t.link.set((from, to) -> refuse("link"));
        t.rename.set((from, to) -> refuse("rename"));
        return t;
    }

    private interface Operation {
        void run(NameRequest caller);
    }

    private int call(Operation operation) {
        try {
            operation.run(current.get());
            return 0;
        } catch (FsException e) {
            log.debug("{}", e.getMessage());
            return -e.errno().number();
        } catch (Throwable e) {
            log.error("an operation failed, which is a bug in dnpipes: {}", e.toString(), e);
            return -Errno.EIO.number();
        }
    }

    private interface Question {
        byte[] answer(NameRequest caller);
    }

    /** An answer of any length, as getxattr(2) has it: with no room for it, only how long it is. */
    private int sized(Question question, Pointer target, long room) {
        int[] length = new int[1];
        int failed = call(c -> {
            byte[] answer = question.answer(c);
            length[0] = answer.length;
            if (room > 0 && answer.length > room) {
                throw new FsException(Errno.ERANGE, answer.length + " bytes where there is room for " + room);
            }
            if (room > 0) {
                target.put(0, answer, 0, answer.length);
            }
        });
        return failed == 0 ? length[0] : failed;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Each name with a null byte behind it. */
    private static byte[] list(Set<String> names) {
        return bytes(names.stream().map(name -> name + "\0").collect(Collectors.joining()));
    }

    /** What pipes cannot do. */
    private int refuse(String operation) {
        return call(c -> {
            throw new FsException(Errno.EPERM, operation);
        });
    }

    private static long fh(Pointer fi) {
        return FuseFileInfo.of(fi).fh.longValue();
    }

    private static void setFh(Pointer fi, long fh) {
        FuseFileInfo.of(fi).fh.set(fh);
    }

    private static OpenFlags flags(Pointer fi) {
        return new OpenFlags(FuseFileInfo.of(fi).flags.intValue());
    }

    private static void opened(Pointer fi, Opened opened, NameRequest request) {
        setFh(fi, opened.fh());
        if (opened.stream()) {
            request.openStream();
        }
    }

    private void list(long fh, NameRequest caller, Pointer buffer, Pointer filler) {
        FuseFillDir fill = FillDir.of(filler);
        for (String dots : List.of(".", "..")) {
            fill.apply(buffer, dots, null, 0);
        }
        FileStat stat = new FileStat(runtime);
        fs.readdir(fh, caller, (name, inode, mode) -> {
            stat.st_ino.set(inode);
            stat.st_mode.set(mode);
            fill.apply(buffer, name, stat, 0);
        });
    }

    private static void fill(Pointer pointer, Attributes attributes) {
        FileStat stat = FileStat.of(pointer);
        stat.st_ino.set(attributes.inode());
        stat.st_mode.set(attributes.mode());
        stat.st_nlink.set(attributes.links());
        stat.st_uid.set(attributes.uid());
        stat.st_gid.set(attributes.gid());
        stat.st_size.set(attributes.size());
        stat.st_blocks.set(attributes.blocks());
        stat.st_blksize.set(Wire.MAX_PAYLOAD);
        Instant modified = attributes.modified();
        for (Timespec time : List.of(stat.st_atim, stat.st_mtim, stat.st_ctim)) {
            time.tv_sec.set(modified.getEpochSecond());
            time.tv_nsec.set(modified.getNano());
        }
    }

    /** A cluster has no size of its own that could be asked quickly, so: plenty. */
    private static void fillStatfs(Pointer pointer) {
        long blocks = 1L << 30;
        Statvfs stat = Statvfs.of(pointer);
        stat.f_bsize.set(4096);
        stat.f_frsize.set(4096);
        stat.f_blocks.set(blocks);
        stat.f_bfree.set(blocks);
        stat.f_bavail.set(blocks);
        stat.f_files.set(blocks);
        stat.f_ffree.set(blocks);
        stat.f_namemax.set(FileSystem.NAME_MAX);
    }
}
