#!/usr/bin/env bats
# The end of a pipe, as its plain readers see it.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "a pipe with content and no writer has an end" {
    push "$p" a
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    ends_within 10000 "$pid"
    equal "$status" 0
    file_is "$BATS_TEST_TMPDIR/got" a
}

@test "a plain reader of an empty pipe waits for the first writer, and ends with it" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    eventually 10 blocked "$pid"
    stays 1000 alive "$pid"
    exec 5> "$p"
    echo a >&5
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" a
    stays 500 alive "$pid"
    exec 5>&-
    ends_within 10000 "$pid"
    equal "$status" 0
    file_is "$BATS_TEST_TMPDIR/got" a
}

@test "a writer that comes and goes without a line ends a waiting reader" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    eventually 10 blocked "$pid"
    : > "$p"
    ends_within 10000 "$pid"
    equal "$status" 0
    file_is "$BATS_TEST_TMPDIR/got" ""
}

@test "a reader waits as long as any writer has the pipe open" {
    exec 5> "$p" 6> "$p"
    echo a >&5
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" a
    exec 5>&-
    stays 500 alive "$pid"
    echo b >&6
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" $'a\nb'
    exec 6>&-
    ends_within 10000 "$pid"
    equal "$status" 0
}

@test "a writer counts until the last duplicate of its handle is closed" {
    start "$BATS_TEST_TMPDIR/writer" bash -c '{ sleep 100 & echo $!; } > "$2" 5>> "$1"' - "$p" "$BATS_TEST_TMPDIR/sleeper"
    ends_within 10000 "$pid"
    cat "$BATS_TEST_TMPDIR/sleeper" >> "$BATS_TEST_TMPDIR/started"
    push "$p" a
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" a
    stays 500 alive "$pid"
    kill "$(cat "$BATS_TEST_TMPDIR/sleeper")"
    ends_within 10000 "$pid"
    equal "$status" 0
}

@test "a read-write handle is a writer" {
    push "$p" a
    exec 5<> "$p"
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" a
    stays 500 alive "$pid"
    exec 5>&-
    ends_within 10000 "$pid"
}

@test "touch and truncate are not writers, and do not end a waiting reader" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    eventually 10 blocked "$pid"
    touch "$p"
    truncate -s 0 "$p"
    stays 700 alive "$pid"
    push "$p" a
    ends_within 10000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" a
}

@test "the last part without a line feed reaches the reader before the end" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    eventually 10 blocked "$pid"
    printf 'a\nb' > "$p"
    ends_within 10000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" $'a\nb'
}

@test "a reader and a writer that start together always meet, 100 of 100 times" {
    for i in {1..100}; do
        touch "$p-$i"
        start "$BATS_TEST_TMPDIR/got" cat "$p-$i"
        echo "$i" > "$p-$i"
        ends_within 10000 "$pid"
        equal "$status" 0
        file_is "$BATS_TEST_TMPDIR/got" "$i"
    done
}

@test "a pipeline of pipes ends from the front" {
    touch "$p-1" "$p-2"
    start "$BATS_TEST_TMPDIR/middle" bash -c 'tr a-z A-Z < "$1" > "$2"' - "$p-1" "$p-2"
    middle=$pid
    start "$BATS_TEST_TMPDIR/got" cat "$p-2"
    eventually 10 blocked "$pid"
    eventually 10 blocked "$(pgrep -P "$middle" || echo "$middle")"
    printf 'one\ntwo\n' > "$p-1"
    ends_within 10000 "$middle"
    ends_within 10000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" $'ONE\nTWO'
}

@test "with -o eof=end a plain reader ends at the end, whoever writes" {
    dir=$(mount_pipes end -o eof=end)
    touch "$p"
    equal "$(within 10 cat "$dir/$name" | wc -c)" 0
    exec 5> "$dir/$name"
    echo a >&5
    equal "$(pull "$dir/$name")" a
    exec 5>&-
}

@test "with -o eof=never a plain reader never ends" {
    dir=$(mount_pipes never -o eof=never)
    push "$p" a
    start "$BATS_TEST_TMPDIR/got" cat "$dir/$name"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" a
    push "$dir/$name" b
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" $'a\nb'
    stays 1000 alive "$pid"
    kill -INT "$pid"
    ends_within 1000 "$pid"
}

@test "with -o eof=never a snapshot has an end" {
    dir=$(mount_pipes never -o eof=never)
    push "$p" a
    equal "$(snapshot "$dir/$name")" a
}
