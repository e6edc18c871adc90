package org.dnpipes.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A program that writes lines to a pipe until it is told to stop. When its file fails, it goes on with a new one. */
final class Writer implements Runnable {
    private static final int BUFFER = 16 * 1024;

    private final Daemon mount;
    private final String pipe;
    private final Style style;
    private final AtomicInteger ids;
    private final SplittableRandom random;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Queue<Handle> handles = new ConcurrentLinkedQueue<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final AtomicInteger progress = new AtomicInteger();

    /** @param ids gives each open file another one */
    Writer(Daemon mount, String pipe, Style style, AtomicInteger ids, long seed) {
        this.mount = mount;
        this.pipe = pipe;
        this.style = style;
        this.ids = ids;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public String toString() {
        return style + " writer on " + mount;
    }

    @Override
    public void run() {
        try {
            do {
                writeFile();
            } while (!stopped(style.closes ? style.pause : 0));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void stop() {
        stop.countDown();
    }

    private boolean stopped(long millis) throws InterruptedException {
        return stop.await(millis, TimeUnit.MILLISECONDS);
    }

    /** All that it has opened. */
    Queue<Handle> handles() {
        return handles;
    }

    /** What it was told that it must not be told. */
    Queue<String> violations() {
        return violations;
    }

    /** Opens that have failed, with what it was told. */
    Queue<String> refusals() {
        return refusals;
    }

    /** Grows whenever it is told that lines are stored. */
    int progress() {
        return progress.get();
    }

    /** Opens the pipe, writes until it is told to stop or the file fails, and closes. */
    private void writeFile() throws InterruptedException {
        FileChannel file;
        try {
            // Never made here: where nothing is mounted that would be a file of the machine itself.
            file = FileChannel.open(mount.pipe(pipe), StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            refusals.add("open: " + reason(e));
            stopped(200);
            return;
        }
        Handle handle = new Handle(ids.incrementAndGet(), mount);
        handles.add(handle);
        OpenFile open = new OpenFile(file, handle);
        do {
            open.write();
        } while (!style.closes && !handle.hasFailed() && !stopped(style.pause + random.nextInt(50)));
        if (handle.hasFailed()) {
            open.insist();
        }
        open.close();
        if (handle.hasFailed()) {
            stopped(100);
        }
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException
                ? "nothing is mounted"
                : String.valueOf(e.getMessage()).replaceAll("^/.*: ", "");
    }

    /** A file that is open, and what is known of its lines. */
    private final class OpenFile {
        private final FileChannel file;
        private final Handle handle;
        private int writes;

        OpenFile(FileChannel file, Handle handle) {
            this.file = file;
            this.handle = handle;
        }

        /** What comes between two pauses. */
        void write() {
            int waiting = style.pause >= 100 ? 0 : writes;
            try {
                if (style == Style.BUFFERED) {
                    writeBuffers();
                } else {
                    for (int i = 0; i < style.lines; i++) {
                        write(line());
                        if (i + waiting < Style.WAITING_WRITES) {
                            stored(handle.written());
                        }
                    }
                }
            } catch (IOException e) {
                handle.failed("write", reason(e));
                return;
            }
            if (style.lines > 1 && random.nextInt(3) > 0) {
                sync();
            }
        }

        /** A buffer's end cuts lines; only the last one is whole. */
        private void writeBuffers() throws IOException {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            for (int i = 0; i < style.lines; i++) {
                text.writeBytes(line());
                while (text.size() >= BUFFER) {
                    byte[] all = text.toByteArray();
                    write(Arrays.copyOf(all, BUFFER));
                    text.reset();
                    text.write(all, BUFFER, all.length - BUFFER);
                }
            }
            write(text.toByteArray());
        }

        private byte[] line() {
            byte[] bytes = handle.next().bytes();
            byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
            line[bytes.length] = '\n';
            return line;
        }

        private void write(byte[] bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
            writes++;
        }

        private void sync() {
            try {
                file.force(false);
                stored(handle.written());
            } catch (IOException e) {
                handle.failed("fsync", reason(e));
            }
        }

        private void stored(int lines) {
            handle.stored(lines);
            progress.incrementAndGet();
        }

        /** A failure is final: more lines, and fsync, must fail too. */
        void insist() {
            for (int i = 0; i < 3; i++) {
                try {
                    write(line());
                    violations.add("a write succeeded after a failure, of " + handle);
                } catch (IOException expected) {
                    // As it has to be.
                }
            }
            try {
                file.force(false);
                violations.add("fsync succeeded after a failure, of " + handle);
            } catch (IOException expected) {
                // As it has to be.
            }
        }

        void close() {
            handle.closing();
            boolean failed = handle.hasFailed();
            try {
                file.close();
                if (failed) {
                    violations.add("close succeeded after a failure, of " + handle);
                } else {
                    stored(handle.written());
                    handle.closed();
                }
            } catch (IOException e) {
                if (!failed) {
                    handle.failed("close", reason(e));
                }
            }
        }
    }
}
