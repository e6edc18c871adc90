#!/usr/bin/env bats
# Two mounts of one cluster: what is pushed on one is there on the other as soon as the push has returned.

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

@test "once echo has returned on one mount, the next cat on the other shows it, 1000 of 1000 times" {
    for i in {1..1000}; do
        echo "$i" > "$p"
        got=$(cat "$B/$name")
        [[ ${got##*$'\n'} == "$i" ]] || fail "round $i: the other mount shows '${got##*$'\n'}' last"
    done
    equal "$(pull "$B/$name" | cksum)" "$(seq 1 1000 | cksum)"
}

@test "both mounts push in turn and see each other's lines, 200 of 200 times" {
    for i in {1..200}; do
        echo "a$i" > "$p"
        echo "b$i" > "$B/$name"
        equal "$(snapshot "$p" | tail -n 2 | xargs)" "a$i b$i" "round $i"
    done
}

@test "both mounts show the same bytes in the same order" {
    start "$BATS_TEST_TMPDIR/a" bash -c 'seq -f "a%g" 1 2000 > "$1"' - "$p"
    first=$pid
    start "$BATS_TEST_TMPDIR/b" bash -c 'seq -f "b%g" 1 2000 > "$1"' - "$B/$name"
    ends_within 30000 "$first"
    ends_within 30000 "$pid"
    snapshot "$p" > "$BATS_TEST_TMPDIR/got-a"
    snapshot "$B/$name" > "$BATS_TEST_TMPDIR/got-b"
    same_bytes "$BATS_TEST_TMPDIR/got-a" "$BATS_TEST_TMPDIR/got-b"
    equal "$(wc -l < "$BATS_TEST_TMPDIR/got-a")" 4000
}

@test "a follower on one mount gets what is pushed on the other" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" cat "$B/$name@follow"
    eventually 10 blocked "$pid"
    for i in {1..20}; do
        push "$p" "$i"
        eventually 10 file_is "$BATS_TEST_TMPDIR/got" "$(seq 1 "$i")"
    done
}

@test "the size that one mount shows includes what was pushed on the other" {
    touch "$B/$name"
    bytes=0
    for i in {1..50}; do
        push "$p" "$i"
        bytes=$((bytes + ${#i} + 1))
        equal "$(wc -c < "$B/$name")" "$bytes" "round $i: the size"
    done
}

@test "a mount that ends takes nothing with it" {
    dir=$(mount_pipes c)
    push "$dir/$name" a
    unmount "$dir"
    equal "$(pull "$p")" a
    equal "$(pull "$B/$name")" a
}
