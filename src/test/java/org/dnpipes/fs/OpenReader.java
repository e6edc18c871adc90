package org.dnpipes.fs;

/** A process that reads an open file from where it stands, as the kernel keeps that for it. */
final class OpenReader {
    private final FakeFs fs;
    private final long fh;
    private long position;

    OpenReader(FakeFs fs, long fh) {
        this.fs = fs;
        this.fh = fh;
    }

    long fh() {
        return fh;
    }

    long position() {
        return position;
    }

    void seek(long target) {
        position = target;
    }

    /** One read(2), not waited for; the position stays. */
    Reply start(int size, boolean nonBlocking) {
        Reply reply = new Reply(size);
        fs.fs.openFiles().read(new OpenFiles.Read(fh, position, size, nonBlocking), reply);
        return reply;
    }

    Reply start() {
        return start(FakeFs.PLENTY, false);
    }

    Reply startNonBlocking() {
        return start(FakeFs.PLENTY, true);
    }

    /** One read(2) that has to be answered; the position moves. */
    String read() {
        return read(FakeFs.PLENTY);
    }

    String read(int size) {
        return moved(start(size, false).text());
    }

    String readNonBlocking() {
        return moved(startNonBlocking().text());
    }

    /** Takes in what a read gave that was started before. */
    String moved(String text) {
        position += text.length();
        return text;
    }

    /** Reads until the end of the pipe. */
    String readAll() {
        StringBuilder all = new StringBuilder();
        String part = read();
        while (!part.isEmpty()) {
            all.append(part);
            part = read();
        }
        return all.toString();
    }

    /** Reads until there are {@code length} bytes. */
    String read(long length, int atOnce) {
        StringBuilder all = new StringBuilder();
        while (all.length() < length) {
            all.append(read(atOnce));
        }
        return all.toString();
    }

    long size() {
        return fs.fs.fgetattr(fh, FakeFs.caller()).size();
    }

    void release() {
        fs.fs.release(fh);
    }
}
