package org.dnpipes.fake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.jspecify.annotations.Nullable;

/** What all connections to one fake cluster share. Everything but {@link #thread} belongs to the engine's thread. */
final class Store {
    private final EngineThread thread = new EngineThread("fake-cluster");
    private final Map<String, FakeTopic> topics = new TreeMap<>();
    private final List<Question<?>> unanswered = new ArrayList<>();
    private boolean paused;
    private boolean holding;
    private @Nullable PipeFailure catalogFails;
    /** Read by callers, who must not wait for the engine's thread. */
    private volatile Duration lookAgainFor = Duration.ZERO;

    private int mostMessages = 500;
    private long mostBytes = 1 << 20;
    private long window = 4 << 20;
    private long millis = 1_700_000_000_000L;
    private long tickets;
    private int made;

    EngineThread thread() {
        return thread;
    }

    // Topics

    Map<String, FakeTopic> topics() {
        return topics;
    }

    FakeTopic make(String name, int pipes) {
        FakeTopic topic = new FakeTopic(this, name, "id-" + ++made, pipes);
        topics.put(name, topic);
        return topic;
    }

    void delete(FakeTopic topic) {
        topics.remove(topic.topic().name(), topic);
        PipeFailure gone = gone(topic.topic().name());
        for (Log log : topic.logs()) {
            log.readsFail(gone);
            log.window().pushesFail(gone);
        }
    }

    FakeTopic topic(String name) {
        return Optional.ofNullable(topics.get(name))
                .orElseThrow(() -> new PipeFailure(Reason.MISSING, "there is no topic " + name));
    }

    Log log(PipeId pipe) {
        FakeTopic topic = topics.get(pipe.topic());
        if (topic == null || !topic.id().equals(pipe.topicId())) {
            throw gone(pipe.topic());
        }
        return topic.log(pipe.number());
    }

    Stream<Log> logs() {
        return List.copyOf(topics.values()).stream().flatMap(topic -> topic.logs().stream());
    }

    // Questions: all that is asked and answered at once, unlike reads and pushes

    void ask(Question<?> question) {
        if (!isStopped(question)) {
            question.answer();
        } else {
            unanswered.add(question);
        }
    }

    void failQuestions(Predicate<Question<?>> which, PipeFailure why) {
        List<Question<?>> failed = unanswered.stream().filter(which).toList();
        unanswered.removeAll(failed);
        failed.forEach(question -> question.fail(why));
    }

    int unanswered() {
        return unanswered.size();
    }

    // Knobs

    void pause(boolean on) {
        paused = on;
        goOn();
    }

    boolean isPaused() {
        return paused;
    }

    /** After something was resumed: answers whatever waited for that. */
    void goOn() {
        List<Question<?>> answerable =
                unanswered.stream().filter(question -> !isStopped(question)).toList();
        unanswered.removeAll(answerable);
        answerable.forEach(Question::answer);
        logs().forEach(log -> {
            log.serve();
            log.window().advance();
        });
    }

    void hold(boolean on) {
        holding = on;
        goOn();
    }

    boolean isHolding() {
        return holding;
    }

    /** The window whose oldest push was admitted first, among those that can be acknowledged. */
    Optional<Window> oldest() {
        return logs().map(Log::window)
                .filter(candidate -> candidate.oldest().isPresent())
                .min(Comparator.comparing(
                        candidate -> candidate.oldest().orElseThrow().ticket()));
    }

    void catalogFails(@Nullable PipeFailure why) {
        catalogFails = why;
    }

    Store requireCatalog() {
        if (catalogFails != null) {
            throw catalogFails;
        }
        return this;
    }

    void lookAgainFor(Duration patience) {
        lookAgainFor = patience;
    }

    Duration lookAgainFor() {
        return lookAgainFor;
    }

    void largestChunk(int messages, long bytes) {
        mostMessages = messages;
        mostBytes = bytes;
    }

    int mostMessages() {
        return mostMessages;
    }

    long mostBytes() {
        return mostBytes;
    }

    void window(long bytes) {
        window = bytes;
    }

    long window() {
        return window;
    }

    void now(long millisSinceEpoch) {
        millis = millisSinceEpoch;
    }

    /** The time of the next message, a millisecond after the one before. */
    long tick() {
        return millis++;
    }

    long nextTicket() {
        return tickets++;
    }

    private boolean isStopped(Question<?> question) {
        return paused || question.pipe().filter(this::isPaused).isPresent();
    }

    private boolean isPaused(PipeId pipe) {
        return logs().anyMatch(log -> log.id().equals(pipe) && log.isStopped());
    }

    private static PipeFailure gone(String topic) {
        return new PipeFailure(Reason.GONE, "topic " + topic + " is not there any more: open it again");
    }
}
