package org.dnpipes.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.dnpipes.pipe.PipeFailure;
import org.dnpipes.pipe.PipeFailure.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of errors: what a process is told by name, and what one that has the pipe open. */
class ErrnoTest {
    @ParameterizedTest
    @CsvSource({
        "MISSING, ENOENT, ESTALE",
        "GONE, ESTALE, ESTALE",
        "EXISTS, EEXIST, EEXIST",
        "ILLEGAL_NAME, EINVAL, EINVAL",
        "NAME_TOO_LONG, ENAMETOOLONG, ENAMETOOLONG",
        "UNAUTHORIZED, EACCES, EACCES",
        "REFUSED, EPERM, EPERM",
        "TOO_LONG, EMSGSIZE, EMSGSIZE",
        "TIMED_OUT, ETIMEDOUT, ETIMEDOUT",
        "QUOTA, EDQUOT, EDQUOT",
        "OUT_OF_RANGE, EIO, EIO",
        "LAPSED, EIO, EIO",
        "CLOSED, ENOTCONN, ENOTCONN",
        "FAILED, EIO, EIO"
    })
    void everyFailureHasItsErrno(Reason reason, Errno byName, Errno open) {
        PipeFailure failure = new PipeFailure(reason, "it failed");
        assertEquals(byName, Errno.of(failure));
        assertEquals(open, Errno.ofOpen(failure));
    }

    @Test
    void tableHasARowForEveryFailure() throws NoSuchMethodException {
        CsvSource table = Optional.ofNullable(ErrnoTest.class
                        .getDeclaredMethod("everyFailureHasItsErrno", Reason.class, Errno.class, Errno.class)
                        .getAnnotation(CsvSource.class))
                .orElseThrow();
        Set<Reason> rows = Arrays.stream(table.value())
                .map(row -> Reason.valueOf(row.substring(0, row.indexOf(','))))
                .collect(Collectors.toSet());
        assertEquals(EnumSet.allOf(Reason.class), rows);
    }

    @ParameterizedTest
    @CsvSource({
        "EPERM, 1",
        "ENOENT, 2",
        "EINTR, 4",
        "EIO, 5",
        "EBADF, 9",
        "EAGAIN, 11",
        "EACCES, 13",
        "EBUSY, 16",
        "EEXIST, 17",
        "ENOTDIR, 20",
        "EISDIR, 21",
        "EINVAL, 22",
        "ENFILE, 23",
        "ESPIPE, 29",
        "EROFS, 30",
        "ENAMETOOLONG, 36",
        "ENODATA, 61",
        "EMSGSIZE, 90",
        "EOPNOTSUPP, 95",
        "ENOTCONN, 107",
        "ETIMEDOUT, 110",
        "ESTALE, 116",
        "EDQUOT, 122"
    })
    void numbersAreThoseOfLinux(Errno errno, int number) {
        assertEquals(number, errno.number());
    }
}
