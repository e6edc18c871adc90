import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A reader and a writer in Java: lines as they come in one thread, while another writes; then the end. */
final class JavaReader {
    public static void main(String[] args) throws Exception {
        Path write = Path.of(args[0]);
        Path read = Path.of(args[1]);
        Thread writer = new Thread(() -> {
            try (var out = Files.newBufferedWriter(write, java.nio.file.StandardOpenOption.WRITE)) {
                for (int i = 0; i < 1000; i++) {
                    out.write("line " + i + "\n");
                }
            } catch (IOException e) {
                System.out.println(e);
            }
        });
        writer.start();
        int lines = 0;
        String last = "";
        try (BufferedReader in = Files.newBufferedReader(read)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines++;
                last = line;
            }
        }
        writer.join();
        System.out.println(lines + " lines, last " + last);

        Process seq = new ProcessBuilder("sh", "-c", "seq 1 500 > \"$0\"", args[0] + "-2").start();
        try (InputStream in = Files.newInputStream(Path.of(args[1] + "-2"))) {
            System.out.println(in.readAllBytes().length + " bytes");
        }
        System.out.println("seq: " + seq.waitFor());
    }
}
