package org.dnpipes.fs;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.dnpipes.pipe.ByteIndex;
import org.dnpipes.pipe.ByteIndex.Mark;
import org.dnpipes.pipe.Chunk;
import org.dnpipes.pipe.LineFramer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What dnpipes itself does for each message, warm and without Kafka or the kernel: cutting what was written into lines,
 * and making a stream of bytes of messages. In nanoseconds a message; copying the same bytes once is the measure. For
 * native-test/bench.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class InnerLoops {
    private static final int MESSAGES = 1000;
    /** What the kernel asks for at a time. */
    private static final int REQUEST = 128 * 1024;

    @Param({"10", "100", "1000"})
    public int bytes;

    private byte[] written = {};
    private byte[] copied = {};
    private ByteBuffer request = ByteBuffer.allocate(0);
    private ByteBuffer message = ByteBuffer.allocate(0);
    private Chunk chunk = new Chunk.Builder(0, 0).build(0);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(REQUEST);

    @Setup(Level.Trial)
    public void prepare() {
        written = new byte[MESSAGES * bytes];
        Arrays.fill(written, (byte) 'x');
        for (int end = bytes - 1; end < written.length; end += bytes) {
            written[end] = '\n';
        }
        copied = new byte[written.length];
        request = ByteBuffer.allocateDirect(written.length).put(written).flip();
        message = ByteBuffer.wrap(written, 0, bytes - 1);
        chunk = decode();
        check();
    }

    /** What does nothing is fast. */
    private void check() {
        int lines = frame().lines().size();
        long read = stream();
        if (lines != MESSAGES || read != written.length || decode().count() != MESSAGES) {
            throw new IllegalStateException(lines + " lines, " + read + " bytes read");
        }
    }

    /** The measure: the bytes of a message are copied. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public byte[] copy() {
        System.arraycopy(written, 0, copied, 0, written.length);
        return copied;
    }

    /** Writing: the bytes of a write(2) become lines. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public LineFramer.Framed frame() {
        return new LineFramer(1 << 20).feed(request);
    }

    /** Reading: messages become a chunk. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Chunk decode() {
        Chunk.Builder builder = new Chunk.Builder(0, written.length);
        for (int i = 0; i < MESSAGES; i++) {
            builder.add(i, message, i);
        }
        return builder.build(MESSAGES);
    }

    /** Reading: a chunk becomes the answers to read(2), and is counted in the index. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long stream() {
        Mark start = new Mark(0, 0);
        Cursor cursor = Cursor.at(new ByteIndex(start), start);
        cursor.take(chunk);
        while (cursor.available() > 0) {
            cursor.copyTo(answer.clear());
        }
        return cursor.position();
    }
}
