package org.dnpipes.cluster;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Compares what a pipe holds, as a client of Kafka that has nothing to do with dnpipes sees it, with what the writers
 * were told and the readers got. The numbers in brackets are those of docs/SEMANTICS.md.
 */
final class Audit {
    private static final int SHOWN = 10;

    private final Map<Integer, Handle> handles;
    private final List<byte[]> messages;
    private final List<Optional<Line>> lines;
    private final byte[] content;
    private final List<String> violations = new ArrayList<>();

    /** @param messages all that the pipe holds, in order */
    Audit(Collection<Handle> handles, List<byte[]> messages) {
        this.handles = handles.stream().collect(Collectors.toMap(Handle::id, Function.identity()));
        this.messages = messages;
        this.lines = messages.stream().map(Line::of).toList();
        this.content = joined(messages);
        checkMessages();
    }

    /** What the pipe has to read as. */
    private static byte[] joined(List<byte[]> messages) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            all.writeBytes(message);
            all.write('\n');
        }
        return all.toByteArray();
    }

    /** What was found, the first {@value #SHOWN} only; empty if all is as promised. */
    List<String> violations() {
        return violations.subList(0, Math.min(SHOWN, violations.size()));
    }

    byte[] content() {
        return content;
    }

    /** Every stored line once, whole, in order, and none behind a failure (2.2, 2.10, 2.11). */
    private void checkMessages() {
        Map<Integer, Integer> last = new HashMap<>();
        Map<Integer, Integer> count = new HashMap<>();
        for (int i = 0; i < messages.size(); i++) {
            Line line = lines.get(i).orElse(null);
            Handle handle = line == null ? null : handles.get(line.handle());
            if (line == null || handle == null) {
                if (!isLastPart(messages.get(i), last)) {
                    violation("message " + i + " is no line that was written: " + excerpt(messages.get(i)));
                }
                continue;
            }
            int before = last.getOrDefault(line.handle(), 0);
            if (line.number() == before) {
                violation("line " + line.number() + " is there twice, of " + handle);
            } else if (line.number() < before) {
                violation("line " + line.number() + " is there behind line " + before + ", of " + handle);
            }
            if (line.number() > handle.writtenAtFailure()) {
                violation("line " + line.number() + " is there, which was written after a failure, of " + handle);
            }
            if (line.number() <= handle.stored()) {
                count.merge(line.handle(), 1, Integer::sum);
            }
            last.put(line.handle(), Math.max(before, line.number()));
        }
        for (Handle handle : handles.values()) {
            int found = count.getOrDefault(handle.id(), 0);
            if (found < handle.stored()) {
                violation((handle.stored() - found) + " lines are missing, of " + handle);
            }
        }
    }

    /**
     * Whether it is what was written so far of a line, when the mount was ended in good order; it is the last one then.
     */
    private boolean isLastPart(byte[] message, Map<Integer, Integer> last) {
        for (Handle handle : handles.values()) {
            int number = last.getOrDefault(handle.id(), 0) + 1;
            if (handle.mayEndInAPart() && number > handle.stored() && number <= handle.writtenAtFailure()) {
                byte[] line = new Line(handle.id(), number).bytes();
                if (message.length < line.length && Arrays.mismatch(line, message) == message.length) {
                    last.put(handle.id(), Integer.MAX_VALUE);
                    return true;
                }
            }
        }
        return false;
    }

    /** It got the beginning of what the pipe holds (3.1), and the end only when there was no writer (3.9 to 3.11). */
    void check(Reading reading) {
        byte[] bytes = reading.bytes();
        int same = Arrays.mismatch(content, bytes);
        if (same >= 0 && same < bytes.length) {
            violation(reading.who() + " got at byte " + same + " of " + content.length + " '"
                    + excerpt(Arrays.copyOfRange(bytes, same, bytes.length)) + "', which is not there");
        }
        if (!reading.ended()) {
            return;
        }
        for (Handle handle : handles.values()) {
            if (handle.wasOpen(reading.lastCall(), reading.end())) {
                violation(reading.who() + " got the end while there was a writer, " + handle);
            }
        }
        Map<Integer, Integer> got = countLines(bytes);
        for (Handle handle : handles.values()) {
            int missing = handle.stored() - got.getOrDefault(handle.id(), 0);
            if (handle.wasClosed(reading.lastCall()) && missing > 0) {
                violation(reading.who() + " got the end without " + missing + " lines of " + handle);
            }
        }
    }

    private Map<Integer, Integer> countLines(byte[] bytes) {
        Map<Integer, Integer> count = new HashMap<>();
        int at = 0;
        for (int i = 0; i < messages.size(); i++) {
            at += messages.get(i).length + 1;
            if (at > bytes.length) {
                break;
            }
            lines.get(i).filter(this::isStored).ifPresent(line -> count.merge(line.handle(), 1, Integer::sum));
        }
        return count;
    }

    private boolean isStored(Line line) {
        Handle handle = handles.get(line.handle());
        return handle != null && line.number() <= handle.stored();
    }

    /** It got exactly what the pipe holds. */
    void checkWhole(String who, byte[] bytes) {
        if (!Arrays.equals(content, bytes)) {
            violation(who + " got " + bytes.length + " bytes instead of " + content.length + "; they differ from byte "
                    + Arrays.mismatch(content, bytes) + " on");
        }
    }

    private void violation(String what) {
        violations.add(what);
    }

    private static String excerpt(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, 60), StandardCharsets.ISO_8859_1);
    }
}
