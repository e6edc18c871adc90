package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often the cluster is asked by those who look at many files, and by stat(2), which looks twice. */
@Timeout(60)
class ListingsTest {
    private static final int TID = 5000;
    private static final int OTHER = 5001;

    private final FakeFs fs = new FakeFs();

    @AfterEach
    void close() {
        fs.close();
    }

    private long lookUp(int tid, String path) {
        return fs.fs.getattr(path, FakeFs.caller(tid, true)).size();
    }

    private List<PipeId> pipes(int count) {
        List<PipeId> pipes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pipes.add(fs.pipe("p" + i));
        }
        return pipes;
    }

    private List<String> list(int tid) {
        List<String> names = new ArrayList<>();
        long fh = fs.fs.opendir("/", FakeFs.caller(tid, false));
        fs.fs.readdir(fh, FakeFs.caller(tid, false), (name, inode, type) -> names.add(name));
        fs.fs.releasedir(fh);
        return names;
    }

    @Test
    void thoseThatWereListedAreAskedForTogether() {
        List<PipeId> pipes = pipes(50);
        List<String> names = list(TID);
        lookUp(TID, "/" + names.get(0));
        for (PipeId pipe : pipes) {
            fs.settle(pipe);
            assertEquals(1, fs.cluster.looks(pipe), pipe.toString());
        }
        for (int i = 1; i < 50; i++) {
            lookUp(TID, "/" + names.get(i));
        }
        pipes.forEach(pipe -> assertEquals(1, fs.cluster.looks(pipe), pipe.toString()));
    }

    @Test
    void answerThatWasAskedForWithOthersIsUsedOnceAndByItsThreadAlone() {
        List<PipeId> pipes = pipes(2);
        list(TID);
        lookUp(TID, "/p0");
        lookUp(TID, "/p1");
        pipes.forEach(pipe -> fs.cluster.append(pipe, "a"));
        assertEquals(2, lookUp(TID, "/p0"));
        assertEquals(2, lookUp(TID, "/p1"));
        list(TID);
        lookUp(TID, "/p0");
        pipes.forEach(pipe -> fs.cluster.append(pipe, "b"));
        assertEquals(4, lookUp(OTHER, "/p1"));
    }

    @Test
    void whoLooksInAnotherOrderAsksOnceAboutEach() {
        List<PipeId> pipes = pipes(50);
        List<String> names = list(TID);
        for (int i = 49; i >= 0; i--) {
            lookUp(TID, "/" + names.get(i));
        }
        pipes.forEach(pipe -> assertEquals(1, fs.cluster.looks(pipe), pipe.toString()));
    }

    /** As a shell does that sorts names by the rules of a language: now in order, and now not. */
    @Test
    void whoLooksInAnOrderThatIsNearlyThatOfTheListAsksOnceAboutEach() {
        List<PipeId> pipes = pipes(60);
        List<String> names = list(TID);
        for (int i = 0; i < 60; i += 6) {
            for (int place : new int[] {59 - i, i, i + 1, 57 - i, 58 - i, i + 2}) {
                lookUp(TID, "/" + names.get(place));
            }
        }
        pipes.forEach(pipe -> assertEquals(1, fs.cluster.looks(pipe), pipe.toString()));
    }

    @Test
    void namesAreListedInTheirOrder() {
        fs.pipe("b");
        fs.pipe("a");
        fs.pipe("B");
        fs.pipe("a.b");
        assertEquals(List.of("B", "a", "a.b", "b"), list(TID));
    }

    /** As ls -l does: stat(2), and then getxattr(2) by the same name. */
    @Test
    void whatTheThreadDoesNextToTheSameNameIsAnsweredAsWell() {
        List<PipeId> pipes = pipes(2);
        list(TID);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        int looks;
        do {
            // Another thread may take more time between the two than is allowed.
            assertTrue(System.nanoTime() < deadline, "it is asked each time");
            list(TID);
            looks = fs.cluster.looks(pipes.get(0));
            lookUp(TID, "/p0");
            lookUp(TID, "/p0");
        } while (fs.cluster.looks(pipes.get(0)) > looks + 1);
    }

    @Test
    void whatTheThreadDoesAfterSomethingElseIsAnsweredAnew() {
        List<PipeId> pipes = pipes(2);
        list(TID);
        lookUp(TID, "/p0");
        fs.fs.listings().forget(TID);
        fs.cluster.append(pipes.get(0), "a");
        assertEquals(2, lookUp(TID, "/p0"));
    }

    @Test
    void whatWasPushedHereSinceIsNotMissing() {
        pipes(2);
        list(TID);
        lookUp(TID, "/p0");
        long fh = fs.writer("/p1");
        fs.write(fh, "a\n").count();
        fs.close(fh);
        fs.fs.listings().forget(TID);
        assertEquals(2, lookUp(TID, "/p1"));
    }

    private static Node.Pipe node(PipeId id) {
        return new Node.Pipe(new Topic(id.topic(), id.topicId(), 1), id, View.PLAIN);
    }

    @Test
    void listIsForgottenWhenNobodyLooksAtItAnyMore() {
        List<Node> nodes = new ArrayList<>();
        pipes(2).forEach(pipe -> nodes.add(node(pipe)));
        Pipes pipes = new Pipes(FakeFs.withoutCache(fs.cluster.source(), fs.cluster, System::nanoTime));
        SharedPipe first = pipes.get(((Node.Pipe) nodes.get(0)).id());
        SharedPipe second = pipes.get(((Node.Pipe) nodes.get(1)).id());
        AtomicLong now = new AtomicLong();
        Listings listings = new Listings(pipes, now::get);
        listings.listed(TID, nodes);
        now.addAndGet(TimeUnit.SECONDS.toNanos(9));
        listings.listed(OTHER, nodes);
        assertTrue(listings.take(TID, first).isPresent());
        now.addAndGet(TimeUnit.SECONDS.toNanos(9));
        listings.listed(OTHER, nodes);
        assertTrue(listings.take(TID, second).isPresent());
        listings.listed(TID, nodes);
        now.addAndGet(TimeUnit.SECONDS.toNanos(11));
        listings.listed(OTHER, nodes);
        assertTrue(listings.take(TID, first).isEmpty());
    }

    /** What is known of a pipe may have been forgotten since it was asked for with others. */
    @Test
    void pipeThatIsKnownAnewIsAskedForAnew() {
        List<Node> nodes = new ArrayList<>();
        pipes(2).forEach(pipe -> nodes.add(node(pipe)));
        Pipes pipes = new Pipes(FakeFs.withoutCache(fs.cluster.source(), fs.cluster, System::nanoTime));
        PipeId second = ((Node.Pipe) nodes.get(1)).id();
        Listings listings = new Listings(pipes, System::nanoTime);
        listings.listed(TID, nodes);
        listings.take(TID, pipes.get(((Node.Pipe) nodes.get(0)).id()));
        pipes.forget(second);
        SharedPipe anew = pipes.get(second);
        listings.take(TID, anew).orElseThrow().join();
        assertTrue(anew.knownIndex().isPresent());
    }

    @Test
    void pipeThatIsOpenIsLookedAtItself() {
        List<PipeId> pipes = pipes(2);
        OpenReader reader = fs.reader("/p1");
        list(TID);
        lookUp(TID, "/p0");
        fs.cluster.append(pipes.get(1), "a");
        assertEquals(2, lookUp(TID, "/p1"));
        reader.release();
    }
}
