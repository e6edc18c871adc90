package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dnpipes.fs.FsOptions.End;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.dnpipes.pipe.PipeId;
import org.dnpipes.pipe.Topic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names there are, which can be made and taken away, and what is told otherwise. */
@Timeout(60)
class NamesTest {
    private static final int CREATE = FakeFs.O_WRONLY | FakeFs.O_CREAT;

    private FakeFs fs = new FakeFs();

    @AfterEach
    void close() {
        fs.close();
    }

    private void with(boolean readOnly, boolean create, boolean delete) {
        fs.close();
        fs = new FakeFs(new FsOptions(End.WRITERS, readOnly, create, delete, false, 0, 0, 0, Duration.ofSeconds(10)));
    }

    private void create(String path, int flags) {
        fs.fs.release(fs.fs.create(path, new OpenFlags(flags), FakeFs.caller()).fh());
    }

    private Map<String, Integer> list(String path) {
        Map<String, Integer> names = new TreeMap<>();
        long fh = fs.fs.opendir(path, FakeFs.caller());
        fs.fs.readdir(fh, FakeFs.caller(), (name, inode, type) -> {
            assertEquals(
                    fs.fs.getattr((path + "/" + name).replace("//", "/"), FakeFs.caller())
                            .inode(),
                    inode);
            names.put(name, type);
        });
        fs.fs.releasedir(fh);
        return names;
    }

    @Test
    void topicWithOnePipeIsAFileAndOneWithSeveralADirectoryOfThem() {
        fs.cluster.createTopic("one", 1);
        fs.cluster.createTopic("many", 3);
        assertEquals(Map.of("one", Attributes.S_IFREG, "many", Attributes.S_IFDIR), list("/"));
        assertEquals(Map.of("0", Attributes.S_IFREG, "1", Attributes.S_IFREG, "2", Attributes.S_IFREG), list("/many"));
        assertTrue(fs.fs.getattr("/many", FakeFs.caller()).isDirectory());
        assertFalse(fs.fs.getattr("/many/2", FakeFs.caller()).isDirectory());
    }

    @Test
    void internalTopicsAreNeitherListedNorFound() {
        fs.cluster.createTopic("__dnpipes", 1);
        assertEquals(Map.of(), list("/"));
        FakeFs.assertErrno(Errno.ENOENT, () -> fs.size("/__dnpipes"));
        FakeFs.assertErrno(Errno.EPERM, () -> create("/__mine", CREATE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/missing", "/many/3", "/many/x", "/one/0", "/many@follow", "/one@nonsense", "/a b"})
    void whatIsNotThereIsEnoentAndIsNotMade(String path) {
        fs.cluster.createTopic("one", 1);
        fs.cluster.createTopic("many", 3);
        FakeFs.assertErrno(Errno.ENOENT, () -> fs.size(path));
        FakeFs.assertErrno(Errno.ENOENT, () -> fs.open(path, FakeFs.O_WRONLY));
        assertEquals(2, list("/").size());
    }

    @Test
    void missIsNotRemembered() {
        FakeFs.assertErrno(Errno.ENOENT, () -> fs.size("/p"));
        fs.pipe("p");
        assertEquals(0, fs.size("/p"));
    }

    @Test
    void viewIsFoundButNotListedAndIsTheSameFile() {
        fs.pipe("p", "a");
        Attributes plain = fs.fs.getattr("/p", FakeFs.caller());
        assertEquals(plain, fs.fs.getattr("/p@follow", FakeFs.caller()));
        assertEquals(1, list("/").size());
    }

    @Test
    void inodesDifferAndStay() {
        Topic many = fs.cluster.createTopic("many", 2);
        fs.cluster.createTopic("one", 1);
        List<Long> inodes = new ArrayList<>();
        for (String path : List.of("/", "/many", "/many/0", "/many/1", "/one")) {
            inodes.add(fs.fs.getattr(path, FakeFs.caller()).inode());
        }
        assertEquals(5, inodes.stream().distinct().count());
        assertEquals(new Node.TopicDirectory(many).inode(), inodes.get(1));
        long before = inodes.get(4);
        fs.cluster.recreateTopic("one");
        assertNotEquals(before, fs.fs.getattr("/one", FakeFs.caller()).inode());
    }

    @Test
    void openingADirectoryForReadingIsEisdirAndListingAFileEnotdir() {
        fs.cluster.createTopic("many", 2);
        fs.pipe("p");
        FakeFs.assertErrno(Errno.EISDIR, () -> fs.open("/many", FakeFs.O_RDONLY));
        FakeFs.assertErrno(Errno.EISDIR, () -> create("/many", CREATE));
        FakeFs.assertErrno(Errno.ENOTDIR, () -> fs.fs.opendir("/p", FakeFs.caller()));
    }

    @Test
    void creatingMakesATopicOfOnePipe() {
        create("/p", CREATE);
        fs.fs.mknod("/q", Attributes.S_IFREG | 0644, FakeFs.caller());
        fs.fs.mknod("/r", 0644, FakeFs.caller());
        assertEquals(Map.of("p", Attributes.S_IFREG, "q", Attributes.S_IFREG, "r", Attributes.S_IFREG), list("/"));
    }

    @Test
    void creatingWhatIsThereOpensItUnlessItHasToBeNew() {
        fs.pipe("p", "kept");
        create("/p", CREATE | FakeFs.O_TRUNC);
        assertEquals(5, fs.size("/p"));
        FakeFs.assertErrno(Errno.EEXIST, () -> create("/p", CREATE | FakeFs.O_EXCL));
        FakeFs.assertErrno(Errno.EEXIST, () -> fs.fs.mknod("/p", Attributes.S_IFREG, FakeFs.caller()));
    }

    @ParameterizedTest
    @CsvSource({
        "/.p, EPERM",
        "/.p.swp, EPERM",
        "/a b, EINVAL",
        "/p@follow, EINVAL",
        "/p@nonsense, EINVAL",
        "/ä, EINVAL",
        "/t/0, EPERM",
        "/t/5, EPERM"
    })
    void thisNameCannotBeMade(String path, Errno errno) {
        fs.cluster.createTopic("t", 2);
        FakeFs.assertErrno(errno, () -> create(path, CREATE));
        assertEquals(1, list("/").size());
    }

    @Test
    void nameOverTheLimitIsTooLong() {
        FakeFs.assertErrno(Errno.ENAMETOOLONG, () -> create("/" + "x".repeat(250), CREATE));
        create("/" + "x".repeat(249), CREATE);
    }

    @Test
    void nameTheEngineCannotTellFromAnotherIsRefused() {
        fs.pipe("a.b");
        FakeFs.assertErrno(Errno.EEXIST, () -> create("/a_b", CREATE));
    }

    @Test
    void temporaryFilesOfEditorsAreRefused() {
        FakeFs.assertErrno(Errno.EPERM, () -> create("/sedXYZ", FakeFs.O_RDWR | FakeFs.O_CREAT | FakeFs.O_EXCL));
        create("/p", FakeFs.O_RDWR | FakeFs.O_CREAT);
        create("/q", CREATE | FakeFs.O_EXCL);
    }

    @ParameterizedTest
    @ValueSource(ints = {0010000, 0020000, 0060000, 0140000, Attributes.S_IFDIR})
    void otherTypesCannotBeMade(int type) {
        FakeFs.assertErrno(Errno.EPERM, () -> fs.fs.mknod("/p", type | 0644, FakeFs.caller()));
    }

    @Test
    void noCreateRefusesEveryCreation() {
        with(false, false, false);
        FakeFs.assertErrno(Errno.EPERM, () -> create("/p", CREATE));
        FakeFs.assertErrno(Errno.EPERM, () -> fs.fs.mknod("/p", Attributes.S_IFREG, FakeFs.caller()));
        assertEquals(Map.of(), list("/"));
    }

    @Test
    void readOnlyRefusesEveryChangeButReads() {
        with(true, true, true);
        fs.pipe("p", "a");
        FakeFs.assertErrno(Errno.EROFS, () -> fs.open("/p", FakeFs.O_WRONLY));
        FakeFs.assertErrno(Errno.EROFS, () -> fs.open("/p", FakeFs.O_RDWR));
        FakeFs.assertErrno(Errno.EROFS, () -> create("/q", CREATE));
        FakeFs.assertErrno(Errno.EROFS, () -> fs.fs.mknod("/q", Attributes.S_IFREG, FakeFs.caller()));
        FakeFs.assertErrno(Errno.EROFS, () -> fs.fs.truncate("/p", 0, FakeFs.caller()));
        FakeFs.assertErrno(Errno.EROFS, () -> fs.fs.unlink("/p", FakeFs.caller()));
        FakeFs.assertErrno(Errno.EROFS, () -> fs.fs.setattr("/p", FakeFs.caller()));
        assertEquals("a\n", fs.reader("/p").readAll());
    }

    @Test
    void unlinkIsRefusedUnlessAllowed() {
        fs.pipe("p");
        FakeFs.assertErrno(Errno.EPERM, () -> fs.fs.unlink("/p", FakeFs.caller()));
        assertEquals(0, fs.size("/p"));
    }

    @Test
    void unlinkIsRefusedWhileThereAreMessagesAndDeletesAnEmptyPipe() {
        with(false, true, true);
        fs.pipe("p", "a");
        FakeFs.assertErrno(Errno.EBUSY, () -> fs.fs.unlink("/p", FakeFs.caller()));
        fs.fs.truncate("/p", 0, FakeFs.caller());
        OpenReader reader = fs.reader("/p@follow");
        long writer = fs.writer("/p");
        fs.fs.unlink("/p", FakeFs.caller());
        FakeFs.assertErrno(Errno.ENOENT, () -> fs.sizeByName("/p"));
        FakeFs.assertErrno(Errno.ESTALE, () -> fs.size("/p"));
        assertEquals(Errno.ESTALE, reader.start().errno());
        assertEquals(Errno.ESTALE, fs.write(writer, "a\n").errno());
    }

    @Test
    void unlinkOfAViewOrOfOnePipeOfSeveralIsRefused() {
        with(false, true, true);
        fs.pipe("p");
        fs.cluster.createTopic("many", 2);
        FakeFs.assertErrno(Errno.EPERM, () -> fs.fs.unlink("/p@follow", FakeFs.caller()));
        FakeFs.assertErrno(Errno.EPERM, () -> fs.fs.unlink("/many/0", FakeFs.caller()));
        FakeFs.assertErrno(Errno.EISDIR, () -> fs.fs.unlink("/many", FakeFs.caller()));
    }

    @Test
    void changingModeOrOwnerSucceedsForWhatIsThere() {
        fs.pipe("p");
        fs.fs.setattr("/p", FakeFs.caller());
        FakeFs.assertErrno(Errno.ENOENT, () -> fs.fs.setattr("/q", FakeFs.caller()));
    }

    @Test
    void truncateToAnotherSizeThan0OrTheCurrentOneIsInvalid() {
        PipeId pipe = fs.pipe("p", "abc");
        FakeFs.assertErrno(Errno.EINVAL, () -> fs.fs.truncate("/p", 2, FakeFs.caller()));
        FakeFs.assertErrno(Errno.EINVAL, () -> fs.fs.truncate("/p", 5, FakeFs.caller()));
        fs.fs.truncate("/p", 4, FakeFs.caller());
        assertEquals(List.of("abc"), fs.cluster.lines(pipe));
        fs.fs.truncate("/p", 0, FakeFs.caller());
        assertEquals(List.of(), fs.cluster.lines(pipe));
        fs.fs.truncate("/p", 0, FakeFs.caller());
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, true", "2049, true"})
    void ftruncateResetsIfTheFileWasOpenedReadWriteOrNonBlocking(int flags, boolean resets) {
        PipeId pipe = fs.pipe("p", "abc");
        fs.fs.ftruncate(fs.open("/p", flags), 0, FakeFs.caller());
        assertEquals(resets ? List.of() : List.of("abc"), fs.cluster.lines(pipe));
    }

    @Test
    void ftruncateToAnotherSizeIsInvalidAlsoForAWriteOnlyFile() {
        fs.pipe("p", "abc");
        long fh = fs.writer("/p");
        FakeFs.assertErrno(Errno.EINVAL, () -> fs.fs.ftruncate(fh, 2, FakeFs.caller()));
    }

    @Test
    void resetThatTheTopicDoesNotAllowIsEperm() {
        fs.pipe("p", "abc");
        fs.cluster.refuseRemoval("p");
        FakeFs.assertErrno(Errno.EPERM, () -> fs.fs.truncate("/p", 0, FakeFs.caller()));
        assertEquals("abc\n", fs.reader("/p").readAll());
    }

    @ParameterizedTest
    @CsvSource({"UNAUTHORIZED, EACCES", "TIMED_OUT, ETIMEDOUT", "FAILED, EIO"})
    void failureOfTheClusterIsTold(Reason reason, Errno errno) {
        fs.pipe("p");
        fs.cluster.failCatalog(new PipeFailure(reason, "as the test wants"));
        FakeFs.assertErrno(errno, () -> fs.size("/p"));
        FakeFs.assertErrno(errno, () -> list("/"));
        FakeFs.assertErrno(errno, () -> create("/q", CREATE));
        fs.cluster.heal();
        assertEquals(0, fs.size("/p"));
    }
}
