import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.io.RandomAccessFile;
import java.util.zip.CRC32;

/** What Java's library reads of a file, by its various ways. */
class Read {
    public static void main(String[] args) throws Exception {
        Path path = Path.of(args[0]);
        show("readAllBytes", Files.readAllBytes(path));
        System.out.println("lines " + Files.readAllLines(path).size());
        System.out.println("size " + Files.size(path) + " " + Files.isRegularFile(path) + " " + Files.isWritable(path));
        try (var in = Files.newInputStream(path)) {
            show("stream", in.readAllBytes());
        }
        try (var channel = FileChannel.open(path)) {
            ByteBuffer some = ByteBuffer.allocate(50);
            channel.read(some, 20);
            show("at 20", some.array());
            System.out.println("channel " + channel.size() + " " + channel.position());
            try (var out = FileChannel.open(Path.of("transferred"), java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.WRITE)) {
                System.out.println("transferred " + channel.transferTo(0, channel.size(), out));
            }
        }
        try (var file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(file.length() - 10);
            System.out.println("last " + file.readLine());
        }
        Files.copy(path, Path.of("copy"), StandardCopyOption.REPLACE_EXISTING);
        show("copy", Files.readAllBytes(Path.of("copy")));
    }

    private static void show(String what, byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        System.out.println(what + " " + bytes.length + " " + sum.getValue());
    }
}
