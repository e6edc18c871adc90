#!/usr/bin/env bats
# Views: the same pipe under p@VIEW, with other rules for its readers.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "p@snapshot ends at the end as it was at open, even with a writer" {
    exec 5> "$p"
    printf 'a\nb\n' >&5
    equal "$(snapshot "$p")" $'a\nb'
    exec 5>&-
}

@test "p@snapshot that is open does not grow" {
    push "$p" a b
    exec 6< "$p@snapshot"
    push "$p" c
    equal "$(within 10 cat <&6)" $'a\nb'
    exec 6<&-
    equal "$(snapshot "$p")" $'a\nb\nc'
}

@test "p@follow waits at the end, with and without writers" {
    push "$p" a
    start "$BATS_TEST_TMPDIR/got" cat "$p@follow"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" a
    eventually 10 reading "$pid"
    push "$p" b
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" $'a\nb'
    stays 500 alive "$pid"
    echo c | kcat_produce "$name"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" $'a\nb\nc'
    alive "$pid"
}

@test "p@new shows only what is pushed after the open, and ends with the writers" {
    push "$p" old
    start "$BATS_TEST_TMPDIR/got" cat "$p@new"
    eventually 10 reading "$pid"
    push "$p" new
    ends_within 10000 "$pid"
    equal "$status" 0
    file_is "$BATS_TEST_TMPDIR/got" new
}

@test "while read x < p@new takes one new message at a time" {
    push "$p" old
    start "$BATS_TEST_TMPDIR/got" bash -c 'read -r x < "$1@new"; echo "<$x>"; read -r x < "$1@new"; echo "<$x>"' - "$p"
    eventually 10 reading "$pid"
    push "$p" one
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" "<one>"
    eventually 10 reading "$pid"
    push "$p" two
    ends_within 10000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" $'<one>\n<two>'
}

@test "p@new,follow and p@follow,new start at the end and never end" {
    push "$p" old
    start "$BATS_TEST_TMPDIR/got-1" cat "$p@new,follow"
    first=$pid
    start "$BATS_TEST_TMPDIR/got-2" cat "$p@follow,new"
    eventually 10 reading "$first"
    eventually 10 reading "$pid"
    push "$p" a
    push "$p" b
    eventually 10 file_is "$BATS_TEST_TMPDIR/got-1" $'a\nb'
    eventually 10 file_is "$BATS_TEST_TMPDIR/got-2" $'a\nb'
    stays 500 alive "$first"
    alive "$pid"
}

@test "an unknown view does not exist" {
    push "$p" a
    for view in nonsense snapshots Snapshot '' new,nonsense 'snapshot,' ,new; do
        fails_with "No such file" cat "$p@$view"
        fails_with "No such file" stat "$p@$view"
    done
    fails_with "No such file" cat "$p@snapshot@follow"
}

@test "a view of a missing pipe does not exist, and is not created" {
    fails_with "No such file" cat "$p@snapshot"
    fails_with "" bash -c 'echo x > "$1@follow"' - "$p"
    fails_with "" touch "$p@nonsense"
    [[ ! -e $p ]]
    equal "$(find "$A" -name "$name*")" ""
}

@test "views are never listed" {
    push "$p" a
    snapshot "$p"
    stat "$p@follow"
    equal "$(find "$A" -name "$name*")" "$p"
    equal "$(find "$A" -name '*@*')" ""
}

@test "a view has the attributes of its pipe" {
    push "$p" hello
    equal "$(stat -c '%F %s %a' "$p@snapshot")" "$(stat -c '%F %s %a' "$p")"
}

@test "pipes of a topic with several partitions have views" {
    kafka create "$name" 2
    push "$p/1" a
    equal "$(snapshot "$p/1")" a
    equal "$(snapshot "$p/0")" ""
    fails_with "No such file" cat "$p/2@snapshot"
}
