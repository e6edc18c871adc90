package org.dnpipes.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dnpipes.pipe.Catalog;
import org.dnpipes.pipe.Extent;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Sink;
import org.dnpipes.pipe.Source;
import org.dnpipes.pipe.Topic;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in memory. Its ports answer from a thread of its own, one request after the other. What a test does to it
 * has happened when the method returns, behind all that was asked of the ports before; waits end after 10 s with an
 * {@link AssertionError}. Safe for use by many threads, and from callbacks (but for the methods that wait).
 *
 * <p>Time is its own too: every message is a millisecond younger than the one before, see {@link #now}.
 */
public final class FakeCluster implements AutoCloseable {
    private final Store store = new Store();
    private final FakeConnection own = new FakeConnection(store);

    public Catalog catalog() {
        return own.catalog();
    }

    public Source source() {
        return own.source();
    }

    public Sink sink() {
        return own.sink();
    }

    /** The same pipes as a second mount sees them. */
    public FakeConnection connect() {
        return new FakeConnection(store);
    }

    /** Fails waiting reads, pushes and questions, and all later ones, with CLOSED. */
    @Override
    public void close() {
        own.close();
        store.thread().close();
    }

    // Topics

    /** Makes a topic of any name. */
    public Topic createTopic(String name, int pipes) {
        return store.thread().call(() -> store.make(name, pipes).topic());
    }

    /** Makes a topic of one pipe, and names that. */
    public PipeId createPipe(String name) {
        return createTopic(name, 1).pipe(0);
    }

    public void deleteTopic(String name) {
        change(() -> store.delete(store.topic(name)));
    }

    /** Deletes the topic and makes one of that name and as many pipes, which are other pipes. */
    public Topic recreateTopic(String name) {
        return store.thread().call(() -> {
            FakeTopic old = store.topic(name);
            store.delete(old);
            return store.make(name, old.topic().pipes()).topic();
        });
    }

    /** Gives the topic more pipes. */
    public Topic growTopic(String name, int pipes) {
        return store.thread().call(() -> {
            store.topic(name).grow(pipes);
            return store.topic(name).topic();
        });
    }

    public void longestLine(String topic, int bytes) {
        change(() -> store.topic(topic).longestLine(bytes));
    }

    /** From now on nobody can remove messages from the topic by a request. */
    public void refuseRemoval(String topic) {
        change(() -> store.topic(topic).refuseRemoval());
    }

    /** How long {@code find} takes to miss: no time unless told. */
    public void lookAgainFor(Duration patience) {
        change(() -> store.lookAgainFor(patience));
    }

    // Messages

    /** Stores messages as a foreign producer does. Returns the number of the last. TOO_LONG for a too long one. */
    public long append(PipeId pipe, String... values) {
        return changed(pipe, log -> {
            for (String value : values) {
                log.append(accepted(pipe, message(value)));
            }
        });
    }

    private Message message(String value) {
        return Message.of(value.getBytes(UTF_8), store.tick(), null);
    }

    /** Stores one message of any value and time as a foreign producer does. Returns its number. */
    public long append(PipeId pipe, byte @Nullable [] value, Instant time) {
        return changed(pipe, log -> log.append(accepted(pipe, Message.of(value, time.toEpochMilli(), null))));
    }

    /** Leaves out the next {@code numbers} sequence numbers. */
    public void skip(PipeId pipe, long numbers) {
        changed(pipe, log -> log.skip(numbers));
    }

    /** Opens a foreign producer's transaction: nothing behind this point can be read until it ends. */
    public FakeTransaction begin(PipeId pipe) {
        return store.thread().call(() -> {
            Log log = store.log(pipe);
            FakeTransaction transaction = new FakeTransaction(store, log);
            log.begun(transaction);
            return transaction;
        });
    }

    /** Drops the messages before {@code first}, as retention does. */
    public void retainFrom(PipeId pipe, long first) {
        changed(pipe, log -> log.removeBefore(first));
    }

    /**
     * An unclean election of a leader: it has only the messages before {@code kept}, and stores others before anybody
     * reads.
     */
    public void elect(PipeId pipe, long kept, String... others) {
        change(() ->
                store.log(pipe).elect(kept, Stream.of(others).map(this::message).toList()));
    }

    /** What a reader sees now, a message each. */
    public List<String> lines(PipeId pipe) {
        return store.thread()
                .observe(() ->
                        store.log(pipe).shown().stream().map(Message::text).toList());
    }

    public Extent extent(PipeId pipe) {
        return store.thread().observe(() -> store.log(pipe).extent());
    }

    /** The time of the next message. */
    public void now(Instant time) {
        change(() -> store.now(time.toEpochMilli()));
    }

    // Reading

    /** The most a read gives at once; 500 messages or 1 MiB unless told. One message always fits. */
    public void largestChunk(int messages, int bytes) {
        change(() -> store.largestChunk(messages, bytes));
    }

    /** How many reads wait for a message of the pipe, from all connections. */
    public int waitingReads(PipeId pipe) {
        return store.thread().observe(() -> store.log(pipe).waitingReads());
    }

    /** Waits until so many reads wait. */
    public void awaitWaitingReads(PipeId pipe, int count) {
        store.thread()
                .await(
                        count + " reads waiting at " + pipe,
                        () -> store.log(pipe).waitingReads() == count);
    }

    /** How many reads there were so far. */
    public int reads(PipeId pipe) {
        return store.thread().observe(() -> store.log(pipe).reads());
    }

    /** How often the pipe's extent or newest message was asked for, or messages were removed. */
    public int looks(PipeId pipe) {
        return store.thread().observe(() -> store.log(pipe).looks());
    }

    // Pushing

    /** How many bytes may be on their way to a pipe: 4 MiB unless told. The last push may reach beyond. */
    public void window(PipeId pipe, long bytes) {
        change(() -> store.log(pipe).window().limit(bytes));
    }

    /** The same for all pipes, those of later topics included. */
    public void window(long bytes) {
        change(() -> {
            store.window(bytes);
            store.logs().forEach(log -> log.window().limit(bytes));
        });
    }

    /** From now on accepted pushes stay on their way, neither stored nor acknowledged. */
    public void holdAcknowledgements() {
        change(() -> store.hold(true));
    }

    /** Stores and acknowledges the next pushes in the order they were accepted; waits for them if need be. */
    public void releaseNext(int pushes) {
        eachNext(pushes, Window::acknowledge);
    }

    /** Loses the next pushes: waits for them if need be, and fails them. */
    public void failNext(int pushes, PipeFailure why) {
        eachNext(pushes, window -> window.failOldest(why));
    }

    /** Stores and acknowledges all that was held, and holds no more. */
    public void releaseAcknowledgements() {
        change(() -> store.hold(false));
    }

    /** How many pushes are on their way, accepted and not acknowledged. */
    public int unacknowledged(PipeId pipe) {
        return store.thread().observe(() -> store.log(pipe).window().unacknowledged());
    }

    public void awaitUnacknowledged(PipeId pipe, int count) {
        store.thread()
                .await(
                        count + " pushes on their way to " + pipe,
                        () -> store.log(pipe).window().unacknowledged() == count);
    }

    /** How many pushes wait for room in the window. */
    public int queued(PipeId pipe) {
        return store.thread().observe(() -> store.log(pipe).window().queued());
    }

    public void awaitQueued(PipeId pipe, int count) {
        store.thread()
                .await(
                        count + " pushes queued for " + pipe,
                        () -> store.log(pipe).window().queued() == count);
    }

    // Trouble

    /** From now on nothing is answered, read or acknowledged; pushes are accepted as long as there is room. */
    public void pause() {
        change(() -> store.pause(true));
    }

    public void resume() {
        change(() -> store.pause(false));
    }

    /** Like {@link #pause()} for one pipe. */
    public void pause(PipeId pipe) {
        change(() -> store.log(pipe).pause(true));
    }

    public void resume(PipeId pipe) {
        change(() -> {
            store.log(pipe).pause(false);
            store.goOn();
        });
    }

    /** How many questions (all but reads and pushes) wait for {@link #resume}. */
    public int unanswered() {
        return store.thread().observe(store::unanswered);
    }

    /** Waits until at least so many wait: what goes on in the background may ask as well. */
    public void awaitUnanswered(int count) {
        store.thread().await(count + " questions unanswered", () -> store.unanswered() >= count);
    }

    /** Fails every waiting and later read of the pipe. */
    public void failReads(PipeId pipe, PipeFailure why) {
        change(() -> store.log(pipe).readsFail(why));
    }

    /** Fails every later look at the pipe's extent or newest message, and every removal. */
    public void failLooks(PipeId pipe, PipeFailure why) {
        change(() -> store.log(pipe).looksFail(why));
    }

    /** Fails every push that is queued or on its way, and every later one. */
    public void failPushes(PipeId pipe, PipeFailure why) {
        change(() -> store.log(pipe).window().pushesFail(why));
    }

    /** Fails every later question about topics. */
    public void failCatalog(PipeFailure why) {
        change(() -> store.catalogFails(why));
    }

    /** Ends all failing that a test asked for. */
    public void heal() {
        change(() -> {
            store.catalogFails(null);
            store.logs().forEach(log -> {
                log.readsFail(null);
                log.looksFail(null);
                log.window().pushesFail(null);
            });
        });
    }

    private Message accepted(PipeId pipe, Message message) {
        store.topic(pipe.topic()).requireShort(message.value().remaining());
        return message;
    }

    private void eachNext(int pushes, Consumer<Window> what) {
        for (int i = 0; i < pushes; i++) {
            store.thread().await("a push on its way", () -> store.oldest().isPresent());
            change(() -> {
                Window window = store.oldest().orElseThrow();
                what.accept(window);
                window.advance();
            });
        }
    }

    private void change(Runnable what) {
        store.thread().call(() -> {
            what.run();
            return true;
        });
    }

    private long changed(PipeId pipe, Consumer<Log> what) {
        return store.thread().call(() -> {
            Log log = store.log(pipe);
            what.accept(log);
            log.serve();
            return log.end() - 1;
        });
    }
}
