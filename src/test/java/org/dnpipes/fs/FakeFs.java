package org.dnpipes.fs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.fs.FsOptions.End;
import org.dnpipes.pipe.ChunkCache;
import org.dnpipes.pipe.Engine;
import org.dnpipes.pipe.IndexStore;
import org.dnpipes.pipe.LocalPresence;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.WriterPresence;
import org.junit.jupiter.api.function.Executable;

/** A file system over a cluster in memory, and what processes do with it. */
final class FakeFs implements AutoCloseable {
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_TRUNC = 01000;
    static final int O_NONBLOCK = 04000;
    static final int O_SYNC = 04010000;

    /** As a process reads that does not care how much it gets. */
    static final int PLENTY = 64 * 1024;

    static final FsOptions OPTIONS =
            new FsOptions(End.WRITERS, false, true, false, false, 1000, 100, 022, Duration.ofSeconds(10));

    /** The thread that makes calls unless a test says otherwise. */
    static final int TID = 4711;

    private static final int OTHER_TID = 4712;

    /** More questions than any call needs one after the other. */
    private static final int SETTLED = 12;

    final FakeCluster cluster;
    final StubProcesses processes = new StubProcesses();
    final WriterPresence presence;
    final FileSystem fs;

    FakeFs() {
        this(OPTIONS);
    }

    FakeFs(FsOptions options) {
        this(options, new LocalPresence(), Function.identity());
    }

    /** @param change what a test puts between the file system and the cluster */
    FakeFs(FsOptions options, WriterPresence presence, Function<Engine, Engine> change) {
        this(new FakeCluster(), options, presence, change);
    }

    /** One more mount of {@code cluster}, which keeps what it finds out in {@code indexes}. */
    FakeFs(FakeCluster cluster, IndexStore indexes) {
        this(
                cluster,
                OPTIONS,
                new LocalPresence(),
                e -> new Engine(e.catalog(), e.source(), e.sink(), e.presence(), indexes));
    }

    private FakeFs(FakeCluster cluster, FsOptions options, WriterPresence presence, Function<Engine, Engine> change) {
        this.cluster = cluster;
        this.presence = presence;
        Engine engine = new Engine(
                cluster.catalog(),
                cluster.source(),
                new PromptSink(cluster.sink(), cluster::unanswered),
                presence,
                IndexStore.NONE);
        this.fs = new FileSystem(Path.of("/mnt"), change.apply(engine), options, processes);
    }

    static FsOptions ending(End end) {
        return new FsOptions(end, false, true, false, false, 1000, 100, 022, Duration.ofSeconds(10));
    }

    /** What a pipe uses whose chunks are not kept: each is read from {@code source}. */
    static SharedPipe.Context withoutCache(Source source, FakeCluster cluster, LongSupplier nanoTime) {
        return context(source, cluster, nanoTime, new ChunkCache(1));
    }

    static SharedPipe.Context context(Source source, FakeCluster cluster, LongSupplier nanoTime, ChunkCache cache) {
        return new SharedPipe.Context(
                source,
                cluster.catalog()::lastReset,
                cache,
                new Checkpoints(IndexStore.NONE),
                nanoTime,
                Traffic.ofMount());
    }

    /** Somebody who is never interrupted. */
    static Caller caller() {
        return caller(TID);
    }

    static Caller caller(int tid) {
        return caller(tid, false);
    }

    static Caller caller(int tid, boolean looksUp) {
        return new Caller() {
            @Override
            public int tid() {
                return tid;
            }

            @Override
            public boolean looksUp() {
                return looksUp;
            }

            @Override
            public boolean isInterrupted() {
                return false;
            }
        };
    }

    PipeId pipe(String name, String... messages) {
        PipeId pipe = cluster.createPipe(name);
        cluster.append(pipe, messages);
        return pipe;
    }

    long open(String path, int flags) {
        return fs.open(path, new OpenFlags(flags), caller()).fh();
    }

    /** As bash opens for {@code < path}. */
    OpenReader reader(String path) {
        return new OpenReader(this, open(path, O_RDONLY));
    }

    /** As tail opens: it asks for the end before it reads. */
    OpenReader tail(String path) {
        OpenReader reader = reader(path);
        fs.openFiles().soughtEnd(reader.fh());
        return reader;
    }

    long writer(String path) {
        return open(path, O_WRONLY);
    }

    Reply write(long fh, String data) {
        return write(fh, data, O_WRONLY, TID);
    }

    Reply write(long fh, String data, int flags, int tid) {
        return write(fh, 0, data, flags, tid);
    }

    /** A piece of a write(2). */
    Reply writePiece(long fh, long position, String data) {
        return write(fh, position, data, O_WRONLY, TID);
    }

    private Reply write(long fh, long position, String data, int flags, int tid) {
        Reply reply = new Reply(0);
        ByteBuffer bytes = ByteBuffer.wrap(data.getBytes(ISO_8859_1));
        fs.openFiles().write(new OpenFiles.Write(fh, position, bytes, new OpenFlags(flags), tid), reply);
        return reply;
    }

    Reply flush(long fh) {
        return flush(fh, TID);
    }

    Reply flush(long fh, int tid) {
        Reply reply = new Reply(0);
        fs.openFiles().flush(fh, tid, reply);
        return reply;
    }

    Reply fsync(long fh) {
        Reply reply = new Reply(0);
        fs.openFiles().fsync(fh, TID, reply);
        return reply;
    }

    /** close(2) of the only descriptor, as the kernel tells it. */
    void close(long fh) {
        flush(fh);
        fs.release(fh);
    }

    long size(String path) {
        return fs.getattr(path, caller()).size();
    }

    /** As stat(2) by some other process, which does not have it open. */
    long sizeByName(String path) {
        return fs.getattr(path, caller(OTHER_TID, true)).size();
    }

    /** Everything that was asked of the cluster, and what that led to, has been answered. */
    void settle(PipeId pipe) {
        for (int i = 0; i < SETTLED; i++) {
            cluster.extent(pipe);
        }
    }

    /** The call has found nothing to answer, whatever it asked. */
    void assertWaits(PipeId pipe, Reply reply) {
        settle(pipe);
        assertFalse(reply.isAnswered(), "it should wait");
    }

    static void assertErrno(Errno errno, Executable operation) {
        assertEquals(errno, assertThrows(FsException.class, operation).errno());
    }

    @Override
    public void close() {
        // Else closing would wait in vain for what the test has not let through.
        cluster.resume();
        cluster.releaseAcknowledgements();
        fs.close();
        cluster.close();
    }
}
