import java.io.BufferedWriter;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Lines into a file, by the various ways of Java's library. Each but the first appends. */
class Write {
    public static void main(String[] args) throws Exception {
        Path path = Path.of(args[0]);
        Files.write(path, List.of("first", "second"));
        Files.writeString(path, "third\n", StandardOpenOption.APPEND);
        try (BufferedWriter out = Files.newBufferedWriter(path, StandardOpenOption.APPEND)) {
            for (int i = 0; i < 1000; i++) {
                out.write("line " + i + "\n");
            }
        }
        try (var out = new PrintStream(new FileOutputStream(path.toFile(), true))) {
            out.println("printed");
        }
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            channel.write(new ByteBuffer[] {ByteBuffer.wrap("ga".getBytes()), ByteBuffer.wrap("thered\n".getBytes())});
            channel.force(true);
        }
        Files.copy(Path.of(args[0]), System.out);
    }
}
