#!/usr/bin/env bats
# Other Kafka programs, here kcat, see what is pushed, and what they produce can be pulled, byte for byte.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "kcat consumes what was pushed, byte for byte" {
    random_lines 2000000 "$BATS_TEST_TMPDIR/lines"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    kcat_consume "$name" > "$BATS_TEST_TMPDIR/got"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/lines"
}

@test "what kcat produces is pulled, byte for byte" {
    # kcat leaves out empty lines.
    random_lines 2000000 "$BATS_TEST_TMPDIR/all"
    grep -av '^$' "$BATS_TEST_TMPDIR/all" > "$BATS_TEST_TMPDIR/lines"
    touch "$p"
    kcat_produce "$name" < "$BATS_TEST_TMPDIR/lines"
    within 20 cat "$p" > "$BATS_TEST_TMPDIR/got"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/lines"
}

@test "kcat and a mount take turns in one pipe" {
    for i in {1..20}; do
        echo "mount $i" >> "$p"
        echo "kcat $i" | kcat_produce "$name"
    done
    want=$(for i in {1..20}; do echo "mount $i" && echo "kcat $i"; done)
    equal "$(pull "$p")" "$want"
    equal "$(kcat_consume "$name")" "$want"
}

@test "compressed messages are pulled whatever the codec" {
    touch "$p"
    seq 1 3000 > "$BATS_TEST_TMPDIR/lines"
    for codec in gzip snappy lz4 zstd; do
        kcat_produce "$name" -z "$codec" < "$BATS_TEST_TMPDIR/lines"
    done
    equal "$(pull "$p" | cksum)" "$(for _ in 1 2 3 4; do seq 1 3000; done | cksum)"
}

@test "keys and headers of other producers are not shown" {
    touch "$p"
    printf 'k1:v1\nk2:v2\n' | kcat_produce "$name" -K : -H header=value
    equal "$(pull "$p")" $'v1\nv2'
}

@test "a kcat that consumes and waits gets each push" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" kcat -C -q -u -b "$BROKER" -t "$name" -o beginning
    for i in 1 2 3; do
        push "$p" "$i"
        eventually 10 file_is "$BATS_TEST_TMPDIR/got" "$(seq 1 "$i")"
    done
}

@test "a follower of the pipe gets each message that kcat produces" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" cat "$p@follow"
    for i in 1 2 3; do
        echo "$i" | kcat_produce "$name"
        eventually 10 file_is "$BATS_TEST_TMPDIR/got" "$(seq 1 "$i")"
    done
}

@test "a topic made by another program is a pipe at once" {
    kafka create "$name" 1
    [[ -f $p ]]
    push "$p" a
    equal "$(kcat_consume "$name")" a
}
