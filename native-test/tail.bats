#!/usr/bin/env bats
# tail and its kin: seeking readers, for which a pipe is a regular file that grows.
# Normally tail -f shows a new line within 1.5 s (it polls each second); these tests allow 7.

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

# shows FILE TEXT: tail printed exactly that within 7 s. Sets $took.
shows() {
    local began
    began=$(now_ms)
    eventually 7 file_is "$1" "$2" || return 1
    took=$(($(now_ms) - began))
}

@test "tail -n shows the last lines and ends" {
    seq 1 1000 > "$p"
    equal "$(within 10 tail -n 3 "$p")" $'998\n999\n1000'
    equal "$(within 10 tail -n 1 "$p")" 1000
    equal "$(within 10 tail -n +999 "$p")" $'999\n1000'
    equal "$(within 10 tail -c 9 "$p")" $'999\n1000'
}

@test "tail -n and tac show the last lines however they came into the pipe, and were read before" {
    local i
    for i in 1 2 3; do
        printf 'a\nb\n' > "$p-$i"
        equal "$(within 10 tail -n 1 "$B/$name-$i")" b
        echo c > "$B/$name-$i"
        equal "$(within 10 tail -n 1 "$B/$name-$i")" c
        echo d | kcat_produce "$name-$i"
        equal "$(within 10 tail -n 2 "$B/$name-$i")" $'c\nd'
        equal "$(within 10 tac "$B/$name-$i")" $'d\nc\nb\na'
    done
}

@test "tail -n on an empty pipe shows nothing and ends" {
    touch "$p"
    equal "$(within 10 tail -n 3 "$p")" ""
}

@test "tail -n, tac and busybox tail end although a writer has the pipe open" {
    exec 5> "$p"
    printf 'a\nb\nc\n' >&5
    equal "$(within 10 tail -n 2 "$p")" $'b\nc'
    equal "$(within 10 tac "$p")" $'c\nb\na'
    equal "$(within 10 busybox tail -n 2 "$p")" $'b\nc'
    exec 5>&-
}

@test "tail -n of a large pipe, also on a mount that has never seen it" {
    random_lines 20000000 "$BATS_TEST_TMPDIR/lines"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    for dir in "$A" "$B"; do
        within 60 tail -n 100 "$dir/$name" > "$BATS_TEST_TMPDIR/got"
        tail -n 100 "$BATS_TEST_TMPDIR/lines" > "$BATS_TEST_TMPDIR/want"
        same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/want"
    done
}

@test "tail -f shows the last 10 lines, then each new line" {
    seq 1 50 > "$p"
    want=$(seq 41 50)
    start "$BATS_TEST_TMPDIR/got" tail -f "$p"
    shows "$BATS_TEST_TMPDIR/got" "$want"
    longest=0
    for i in {51..55}; do
        push "$p" "$i"
        want+=$'\n'$i
        shows "$BATS_TEST_TMPDIR/got" "$want"
        ((took <= longest)) || longest=$took
    done
    figure "tail -f showed each of 5 new lines within $longest ms"
    alive "$pid"
    equal "$(cat "$BATS_TEST_TMPDIR/got.err")" ""
}

@test "tail -f shows lines that are pushed through another mount" {
    push "$p" a
    start "$BATS_TEST_TMPDIR/got" tail -f "$B/$name"
    shows "$BATS_TEST_TMPDIR/got" a
    push "$p" b
    shows "$BATS_TEST_TMPDIR/got" $'a\nb'
    push "$p" c d
    shows "$BATS_TEST_TMPDIR/got" $'a\nb\nc\nd'
}

@test "tail -f that is started on an empty pipe shows each new line" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" tail -f "$p"
    eventually 10 grep -q tail "/proc/$pid/comm"
    push "$p" first
    shows "$BATS_TEST_TMPDIR/got" first
    push "$p" second
    shows "$BATS_TEST_TMPDIR/got" $'first\nsecond'
}

@test "tail -f that has long seen an empty pipe shows the first line" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" tail -f "$p"
    stays 2500 alive "$pid"
    push "$p" first
    shows "$BATS_TEST_TMPDIR/got" first
}

@test "tail -f goes on across a reset and says so" {
    seq 1 20 > "$p"
    start "$BATS_TEST_TMPDIR/got" tail -f "$p"
    want=$(seq 11 20)
    shows "$BATS_TEST_TMPDIR/got" "$want"
    truncate -s 0 "$p"
    push "$p" new1
    shows "$BATS_TEST_TMPDIR/got" "$want"$'\n'new1
    push "$p" new2
    shows "$BATS_TEST_TMPDIR/got" "$want"$'\nnew1\nnew2'
    contains "$(cat "$BATS_TEST_TMPDIR/got.err")" "file truncated"
}

@test "tail -f goes on across a reset even if the new content is longer than the old" {
    push "$p" a b
    start "$BATS_TEST_TMPDIR/got" tail -f "$p"
    shows "$BATS_TEST_TMPDIR/got" $'a\nb'
    truncate -s 0 "$p"
    seq 1000 1100 > "$p"
    shows "$BATS_TEST_TMPDIR/got" "$(echo a && echo b && seq 1000 1100)"
}

@test "tail -f goes on across a reset made on another mount" {
    seq 1 20 > "$p"
    start "$BATS_TEST_TMPDIR/got" tail -f "$B/$name"
    want=$(seq 11 20)
    shows "$BATS_TEST_TMPDIR/got" "$want"
    truncate -s 0 "$p"
    push "$p" new
    shows "$BATS_TEST_TMPDIR/got" "$want"$'\n'new
}

@test "tail -F and tail -n +1 -f follow as well" {
    push "$p" a b
    start "$BATS_TEST_TMPDIR/got-F" tail -F "$p"
    start "$BATS_TEST_TMPDIR/got-f" tail -n +1 -f "$p"
    shows "$BATS_TEST_TMPDIR/got-F" $'a\nb'
    shows "$BATS_TEST_TMPDIR/got-f" $'a\nb'
    push "$p" c
    shows "$BATS_TEST_TMPDIR/got-F" $'a\nb\nc'
    shows "$BATS_TEST_TMPDIR/got-f" $'a\nb\nc'
}

@test "busybox tail -f shows each new line" {
    push "$p" a
    start "$BATS_TEST_TMPDIR/got" busybox tail -f "$p"
    shows "$BATS_TEST_TMPDIR/got" a
    push "$p" b
    shows "$BATS_TEST_TMPDIR/got" $'a\nb'
}

@test "tail -f on three pipes at once shows the lines of each" {
    for i in 1 2 3; do
        push "$p-$i" "old $i"
    done
    start "$BATS_TEST_TMPDIR/got" tail -q -f "$p-1" "$p-2" "$p-3"
    shows "$BATS_TEST_TMPDIR/got" $'old 1\nold 2\nold 3'
    push "$p-2" new
    shows "$BATS_TEST_TMPDIR/got" $'old 1\nold 2\nold 3\nnew'
}

@test "kcat's messages show up in tail -f" {
    push "$p" a
    start "$BATS_TEST_TMPDIR/got" tail -f "$p"
    shows "$BATS_TEST_TMPDIR/got" a
    echo b | kcat_produce "$name"
    shows "$BATS_TEST_TMPDIR/got" $'a\nb'
}

@test "Ctrl-C ends tail -f" {
    push "$p" a
    start "$BATS_TEST_TMPDIR/got" tail -f "$p"
    shows "$BATS_TEST_TMPDIR/got" a
    kill -INT "$pid"
    ends_within 1000 "$pid"
    equal "$status" 130
}
