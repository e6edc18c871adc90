package org.dnpipes.fuse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.dnpipes.fake.FakeCluster;
import org.dnpipes.fs.FileSystem;
import org.dnpipes.fs.FsOptions;
import org.dnpipes.pipe.Engine;
import org.dnpipes.pipe.IndexStore;
import org.dnpipes.pipe.LocalPresence;

/** Mounts a cluster in memory, to try things by hand: no Kafka, all the rest for real. */
final class FakeMount {
    private FakeMount() {}

    public static void main(String[] args) throws Exception {
        Path mountpoint = Path.of(args[0]).toAbsolutePath();
        FakeCluster cluster = new FakeCluster();
        Engine engine =
                new Engine(cluster.catalog(), cluster.source(), cluster.sink(), new LocalPresence(), IndexStore.NONE);
        FsOptions options =
                new FsOptions(FsOptions.End.WRITERS, false, true, true, false, 0, 0, 022, Duration.ofSeconds(30));
        FileSystem fs = new FileSystem(mountpoint, engine, options);
        try (Session session = Session.mount(mountpoint, List.of("fsname=fake", "subtype=dnpipes"), fs)) {
            System.out.println("ready: " + session.mounted());
            System.in.read();
            fs.close();
        }
        System.exit(0);
    }
}
