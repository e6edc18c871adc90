#!/usr/bin/env bats
# Reset: what removes the messages of a pipe for everybody, and what does not.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    B=$(mount_pipes b)
    export A B
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "after truncate -s 0 a snapshot is empty, and the next push is the first message" {
    push "$p" a b
    truncate -s 0 "$p"
    equal "$(snapshot "$p" | wc -c)" 0
    equal "$(stat -c %s "$p")" 0
    echo c > "$p"
    equal "$(pull "$p")" c
}

@test "truncate(2) on the path resets" {
    push "$p" a b
    perl -e 'truncate $ARGV[0], 0 or die "$!"' "$p"
    equal "$(snapshot "$p" | wc -c)" 0
}

@test "ftruncate to 0 resets on a handle opened for reading and writing" {
    push "$p" a b
    perl -e 'open my $p, "+<", $ARGV[0] or die; truncate $p, 0 or die "$!"' "$p"
    equal "$(snapshot "$p" | wc -c)" 0
}

@test "ftruncate to 0 on a write-only handle succeeds and removes nothing" {
    push "$p" a b
    perl -e 'open my $p, ">>", $ARGV[0] or die; truncate $p, 0 or die "$!"' "$p"
    equal "$(pull "$p")" $'a\nb'
}

@test "truncating to another size than 0 or the current one is refused" {
    push "$p" a b
    fails_with "Invalid argument" truncate -s 2 "$p"
    fails_with "Invalid argument" truncate -s 100 "$p"
    truncate -s 4 "$p"
    equal "$(pull "$p")" $'a\nb'
}

@test "truncate -c -s 0 of a missing pipe creates nothing" {
    truncate -c -s 0 "$p"
    [[ ! -e $p ]]
    fails_with "No such file" perl -e 'truncate $ARGV[0], 0 or die "$!"' "$p"
    [[ ! -e $p ]]
}

@test "an empty pipe can be reset" {
    touch "$p"
    truncate -s 0 "$p"
    truncate -s 0 "$p"
    equal "$(snapshot "$p" | wc -c)" 0
}

@test "once a reset has returned, no open on another mount shows what it removed, 50 of 50 times" {
    for i in {1..50}; do
        push "$p" "old $i" "older $i"
        truncate -s 0 "$p"
        equal "$(snapshot "$B/$name")" "" "round $i: the other mount"
        push "$p" "new $i"
        equal "$(pull "$B/$name")" "new $i" "round $i: the other mount"
        truncate -s 0 "$B/$name"
        equal "$(snapshot "$p")" "" "round $i: the first mount"
    done
}

@test "messages that are pushed after a reset has returned survive it, on 100 of 100 tries" {
    for i in {1..100}; do
        truncate -s 0 "$p"
        push "$p" "$i"
        equal "$(pull "$p")" "$i" "round $i"
    done
}

@test "resets while a writer pushes lose nothing but a beginning" {
    touch "$p"
    # Until it is told to end, so that it outlives the resets on any machine.
    start "$BATS_TEST_TMPDIR/writer" perl -e '
        my $end; $SIG{TERM} = sub { $end = 1 }; my $i = 0;
        open my $p, ">>", $ARGV[0] or die;
        until ($end) { $i++; until (defined syswrite $p, "$i\n") { $!{EINTR} or die "$!" } }
        close $p or die "$!"; print "$i\n"' "$p"
    for _ in {1..5}; do
        eventually 20 test -s "$p"
        truncate -s 0 "$p"
    done
    eventually 20 test -s "$p"
    kill -TERM "$pid"
    ends_within 60000 "$pid"
    equal "$status" 0
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    local last
    last=$(cat "$BATS_TEST_TMPDIR/writer")
    seq "$(head -n 1 "$BATS_TEST_TMPDIR/got")" "$last" > "$BATS_TEST_TMPDIR/want"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/want"
}

@test "a writer that has the pipe open is not disturbed by a reset" {
    exec 5> "$p"
    echo a >&5
    truncate -s 0 "$p"
    echo b >&5
    exec 5>&-
    equal "$(pull "$p")" b
}

@test "a reader that has the pipe open goes on with the first message after the reset" {
    push "$p" a b
    start "$BATS_TEST_TMPDIR/got" cat "$p@follow"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" $'a\nb'
    truncate -s 0 "$p"
    push "$p" c
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" $'a\nb\nc'
}

@test "a reader on another mount goes on with the first message after the reset" {
    push "$p" a b
    start "$BATS_TEST_TMPDIR/got" cat "$B/$name@follow"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" $'a\nb'
    truncate -s 0 "$p"
    push "$p" c
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" $'a\nb\nc'
}

@test "a plain reader that waits is not ended by a reset" {
    push "$p" a
    exec 5>> "$p"
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" a
    truncate -s 0 "$p"
    echo b >&5
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" $'a\nb'
    alive "$pid"
    exec 5>&-
    ends_within 10000 "$pid"
    equal "$status" 0
}

@test "a topic that is only compacted cannot be reset, and keeps its messages" {
    kafka create "$name" 1 cleanup.policy=compact
    kafka send "$name" a b
    fails_with "Operation not permitted" truncate -s 0 "$p"
    equal "$(pull "$p" | tail -n 1)" b
}

@test "after a reset kcat sees none of the messages either" {
    push "$p" a b
    truncate -s 0 "$p"
    push "$p" c
    equal "$(kcat_consume "$name")" c
}

@test "reset and push through three partitions of a topic touch only their own" {
    kafka create "$name" 3
    for i in 0 1 2; do
        push "$p/$i" "old $i"
    done
    truncate -s 0 "$p/1"
    equal "$(snapshot "$p/1")" ""
    equal "$(pull "$p/0")" "old 0"
    equal "$(pull "$p/2")" "old 2"
}
