package org.dnpipes.observe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import org.dnpipes.fs.Figures;
import org.dnpipes.fs.PipeFigures;
import org.dnpipes.fs.Totals;

/** The status of a mount for programs. docs/OPERATIONS.md says what each field means; they are only ever added to. */
final class StatusJson {
    private final StatusReport report;
    private final JsonGenerator json;

    private StatusJson(StatusReport report, JsonGenerator json) {
        this.report = report;
        this.json = json;
    }

    static String of(StatusReport report) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            new StatusJson(report, json).write();
        }
        return text.append('\n').toString();
    }

    private void write() throws IOException {
        MountStatus status = report.now;
        MountStatus.Identity mount = status.identity();
        Figures files = status.files();
        json.writeStartObject();
        json.writeStringField("mountpoint", mount.mountpoint().toString());
        json.writeStringField("servers", mount.servers());
        json.writeStringField("version", mount.version());
        json.writeNumberField("pid", mount.pid());
        json.writeStringField("metrics", mount.metrics());
        json.writeStringField("mounted", mount.mounted().toString());
        json.writeStringField("time", status.time().toString());
        json.writeStringField("log_level", status.logLevel());
        if (files.silence() == null) {
            json.writeNullField("cluster_silent_seconds");
        } else {
            json.writeNumberField("cluster_silent_seconds", files.silence().toMillis() / 1000.0);
        }
        json.writeNumberField("open_pipes", files.openPipes());
        json.writeNumberField("readers", files.readers());
        json.writeNumberField("waiting_readers", files.waiting());
        json.writeNumberField("writers", files.writers());
        write(files.totals(), report.recent());
        json.writeNumberField("bytes_on_their_way", status.bytesOnTheirWay());
        json.writeNumberField("held_bytes", files.heldBytes());
        json.writeNumberField("cached_bytes", files.cachedBytes());
        json.writeNumberField("indexed_bytes", files.indexedBytes());
        json.writeNumberField("presence_looks", status.presenceLooks());
        write("requests", status.requests());
        write("errors", status.errors());
        json.writeArrayFieldStart("pipes");
        for (PipeFigures pipe : files.pipes()) {
            write(pipe);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void write(PipeFigures pipe) throws IOException {
        json.writeStartObject();
        json.writeStringField("pipe", pipe.name());
        json.writeNumberField("readers", pipe.readers());
        json.writeNumberField("waiting_readers", pipe.waiting());
        json.writeNumberField("writers", pipe.writers());
        json.writeNumberField("lag", pipe.lag());
        json.writeNumberField("end", pipe.end());
        write(pipe.totals(), report.recent(pipe));
        json.writeEndObject();
    }

    private void write(Totals totals, Totals recent) throws IOException {
        json.writeNumberField("pushed_messages", totals.pushedMessages());
        json.writeNumberField("pushed_bytes", totals.pushedBytes());
        json.writeNumberField("pulled_messages", totals.pulledMessages());
        json.writeNumberField("pulled_bytes", totals.pulledBytes());
        json.writeNumberField("failures", totals.failures());
        if (report.hasRates()) {
            json.writeNumberField("pushed_messages_per_second", report.perSecond(recent.pushedMessages()));
            json.writeNumberField("pushed_bytes_per_second", report.perSecond(recent.pushedBytes()));
            json.writeNumberField("pulled_messages_per_second", report.perSecond(recent.pulledMessages()));
            json.writeNumberField("pulled_bytes_per_second", report.perSecond(recent.pulledBytes()));
        }
    }

    private void write(String name, Map<String, Long> counts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            json.writeNumberField(count.getKey(), count.getValue());
        }
        json.writeEndObject();
    }
}
