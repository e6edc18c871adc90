package org.dnpipes.cluster;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Reads a pipe from its beginning to the end that it is given, as {@code cat} does, again and again. It knows when it
 * began to wait for that end. Once it is told that this is the last time, it ends with the end of file.
 */
final class PlainReader implements Runnable {
    /** As readings are kept until the pipe is audited. */
    private static final int READINGS = 20;

    private final Daemon mount;
    private final String pipe;
    private final Queue<Reading> readings = new ConcurrentLinkedQueue<>();
    private volatile boolean last;

    PlainReader(Daemon mount, String pipe) {
        this.mount = mount;
        this.pipe = pipe;
    }

    /** To be called when all writers have ended: somebody who reads gets the end then. */
    void last() {
        last = true;
    }

    Queue<Reading> readings() {
        return readings;
    }

    @Override
    public String toString() {
        return "reader on " + mount;
    }

    @Override
    public void run() {
        boolean complete = false;
        try {
            while (!complete) {
                boolean wasLast = last;
                if (wasLast || readings.size() < READINGS) {
                    boolean ended = read();
                    complete = wasLast && ended;
                }
                Thread.sleep(complete ? 0 : 100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it came to the end. */
    private boolean read() {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        long call = System.nanoTime();
        boolean ended = false;
        try (InputStream file = new FileInputStream(mount.pipe(pipe).toFile())) {
            while (!ended) {
                call = System.nanoTime();
                int count = file.read(buffer);
                if (count < 0) {
                    ended = true;
                } else {
                    got.write(buffer, 0, count);
                }
            }
        } catch (IOException mountIsAway) {
            // What it got until then is compared all the same.
        }
        readings.add(new Reading("a " + this, got.toByteArray(), ended, call, System.nanoTime()));
        return ended;
    }
}
