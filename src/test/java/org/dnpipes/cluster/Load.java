package org.dnpipes.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** What programs do to one pipe during a round: some write, some read, and in the end it is audited. */
final class Load implements AutoCloseable {
    private static final int WRITERS = 4;
    private static final int AUDITS = 5;
    private static final List<Style> STYLES = List.of(Style.values());
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final String pipe;
    private final List<Daemon> mounts;
    private final List<Writer> writers = new ArrayList<>();
    private final List<PlainReader> readers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Daemon tailed;
    private final Tool tail;
    private final Tool cat;

    /** Starts all of it. */
    Load(String pipe, List<Daemon> mounts, Path work, AtomicInteger ids, SplittableRandom random) throws IOException {
        this.pipe = pipe;
        this.mounts = mounts;
        for (int i = 0; i < WRITERS; i++) {
            Style style = STYLES.get(random.nextInt(STYLES.size()));
            writers.add(new Writer(mounts.get(i % mounts.size()), pipe, style, ids, random.nextLong()));
        }
        int first = random.nextInt(mounts.size());
        readers.add(new PlainReader(mounts.get(first), pipe));
        readers.add(new PlainReader(mounts.get((first + 1) % mounts.size()), pipe));
        writers.forEach(writer -> start(writer));
        readers.forEach(reader -> start(reader));
        tailed = mounts.get(random.nextInt(mounts.size()));
        tail = Tool.tail(tailed, pipe, work.resolve(pipe + ".tail"));
        cat = Tool.cat(mounts.get(random.nextInt(mounts.size())), pipe, work.resolve(pipe + ".cat"));
    }

    private void start(Runnable body) {
        Thread thread = new Thread(body, body + " of " + pipe);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    String pipe() {
        return pipe;
    }

    /** Waits until each writer has been told, from now on, that a line is stored. */
    void awaitProgress() {
        Map<Writer, Integer> before = new HashMap<>();
        writers.forEach(writer -> before.put(writer, writer.progress()));
        Await.until(LIMIT, "each writer of " + pipe + " goes on", () -> {
            for (Writer writer : writers) {
                if (before.getOrDefault(writer, 0) == writer.progress()) {
                    return "there is one that does not: " + last(writer.handles()) + ", " + last(writer.refusals());
                }
            }
            return "";
        });
    }

    private static String last(Collection<?> all) {
        return all.stream().reduce((a, b) -> b).map(Object::toString).orElse("nothing");
    }

    /** Ends the writers, and waits until the readers have come to the end. */
    void finish() {
        writers.forEach(Writer::stop);
        join(0, writers.size());
        readers.forEach(PlainReader::last);
        join(writers.size(), threads.size());
        Await.until(LIMIT, "cat ends, of " + pipe, () -> cat.isRunning() ? "it has " + cat.bytes() + " bytes" : "");
    }

    private void join(int from, int to) {
        for (Thread thread : threads.subList(from, to)) {
            Await.until(LIMIT, thread.getName() + " ends", () -> thread.isAlive() ? "it goes on" : "");
        }
    }

    /**
     * What is not as it has to be. Only when it is {@link #finish}ed, and while the cluster is whole. A line whose fate
     * is unknown may be stored yet while this looks: then it looks again.
     */
    List<String> audit(Topics topics) throws IOException {
        for (int i = 0; ; i++) {
            List<byte[]> messages = topics.read(pipe);
            List<String> violations = audit(messages);
            if (violations.isEmpty() || i >= AUDITS || topics.read(pipe).size() == messages.size()) {
                return violations;
            }
        }
    }

    private List<String> audit(List<byte[]> messages) throws IOException {
        Audit audit = new Audit(handles(), messages);
        readings().forEach(audit::check);
        if (tailed.firstDisturbance(tail.started()) == Long.MAX_VALUE) {
            awaitTail(audit.content().length);
        }
        audit.check(tail.reading());
        audit.check(cat.reading());
        for (Daemon mount : mounts) {
            audit.checkWhole("a snapshot on " + mount, snapshot(mount));
        }
        List<String> violations = new ArrayList<>(audit.violations());
        writers.forEach(writer -> violations.addAll(writer.violations()));
        return violations;
    }

    private void awaitTail(int size) throws IOException {
        Await.until(
                LIMIT,
                "tail on " + tailed + " has all " + size + " bytes of " + pipe,
                () -> tail.bytes() >= size || tail.hasGivenUp()
                        ? ""
                        : "it has " + tail.bytes() + (tail.isRunning() ? "" : ", and ended: " + tail.complaint()));
        if (tail.hasGivenUp()) {
            System.out.println(pipe + ": on " + tailed + " " + tail.complaint());
        }
    }

    /** As soon as the mount is there. */
    private byte[] snapshot(Daemon mount) {
        byte[][] content = new byte[1][];
        Await.until(LIMIT, pipe + " can be read on " + mount, () -> {
            content[0] = Files.readAllBytes(mount.pipe(pipe + "@snapshot"));
            return "";
        });
        return content[0];
    }

    List<Handle> handles() {
        return writers.stream().flatMap(writer -> writer.handles().stream()).toList();
    }

    List<Reading> readings() {
        return readers.stream().flatMap(reader -> reader.readings().stream()).toList();
    }

    List<String> refusals() {
        return writers.stream().flatMap(writer -> writer.refusals().stream()).toList();
    }

    @Override
    public void close() throws IOException {
        writers.forEach(Writer::stop);
        tail.close();
        cat.close();
    }
}
