#!/usr/bin/env bats
# What mounts find out about the bytes of a large pipe, and what others make of it: on the same host, on other hosts (a
# mount with a cache directory of its own), and when it is not true any more.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
    # 20 MB, with lines of all lengths, so that no position is a round number.
    awk 'BEGIN { for (i = 1; n < 20000000; i++) { s = sprintf("%d %0" (i % 200 + 1) "d", i, i); print s; n += length(s) + 1 } }' \
        > "$BATS_FILE_TMPDIR/big"
}
teardown_file() { suite_stop; }
setup() {
    test_start
    big=$BATS_FILE_TMPDIR/big
}
teardown() { test_stop; }

# host NAME [OPTION…]: a mount as on another host, in $host.
host() {
    local name=$1
    shift
    host=$(XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache-$name mount_pipes "$name" "$@")
}

# read_by MOUNTPOINT: how many bytes its daemon has read so far, from the network and from files.
read_by() {
    awk '$1 == "rchar:" { print $2 }' "/proc/$(daemon_pid "$1")/io"
}

# committed: what the cluster keeps of the pipe.
committed() {
    kafka committed dnpipes.index "$name" 0
}
is_committed() {
    committed | grep -q '^dnpipes-index-1 '
}

# right PATH FILE: size, end and some places of it are those of FILE.
right() {
    local size place
    size=$(stat -c %s "$2")
    equal "$(wc -c < "$1")" "$size" "the size of $1"
    equal "$(tail -n 3 "$1")" "$(tail -n 3 "$2")" "the end of $1"
    equal "$(tail -c 100001 "$1" | cksum)" "$(tail -c 100001 "$2" | cksum)" "the last bytes of $1"
    for place in 0 1 4095 65537 $((size / 3)) $((size / 2 + 1)) $((size - 70000)) $((size - 1)); do
        equal "$(dd if="$1" bs=4099 count=1 skip="$place" iflag=skip_bytes,fullblock status=none | cksum)" \
            "$(dd if="$2" bs=4099 count=1 skip="$place" iflag=skip_bytes,fullblock status=none | cksum)" \
            "what is at $place in $1"
    done
}

@test "what one host has written, another finds without reading it, and both agree" {
    cat "$big" > "$p"
    eventually 10 is_committed
    host b
    ls "$host" > /dev/null
    before=$(read_by "$host")
    began=$(now_ms)
    tail -n 1 "$host/$name" > /dev/null
    figure "the first tail of 20 MB on another host took $(($(now_ms) - began)) ms, and $(($(read_by "$host") - before)) bytes"
    (($(read_by "$host") - before < 10000000)) || fail "it has read $(($(read_by "$host") - before)) bytes"
    right "$host/$name" "$big"
    right "$p" "$big"
    echo more >> "$host/$name"
    equal "$(wc -c < "$p")" $(($(stat -c %s "$big") + 5))
    equal "$(wc -c < "$host/$name")" $(($(stat -c %s "$big") + 5))
}

@test "what other producers wrote is read by one host, and known to the next" {
    kafka create "$name" 1
    kcat_produce "$name" -X linger.ms=20 < "$big"
    host b
    right "$host/$name" "$big"
    eventually 10 is_committed
    host c
    right "$host/$name" "$big"
}

@test "a remount on the same host knows what it knew" {
    host b -o index=local
    cat "$big" > "$host/$name"
    unmount "$host"
    [[ -z $(committed) ]]
    ls "$BATS_TEST_TMPDIR"/cache-b/dnpipes/index/* > /dev/null
    host b -o index=local
    right "$host/$name" "$big"
}

@test "index=off keeps nothing" {
    host b -o index=off
    cat "$big" > "$host/$name"
    right "$host/$name" "$big"
    unmount "$host"
    [[ -z $(committed) && ! -e $BATS_TEST_TMPDIR/cache-b/dnpipes/index ]]
}

@test "a kept index that is damaged, or of another topic, does no harm" {
    cat "$big" > "$p"
    host b -o index=local
    right "$host/$name" "$big"
    unmount "$host"
    for file in "$BATS_TEST_TMPDIR"/cache-b/dnpipes/index/*; do
        printf 'x' | dd of="$file" bs=1 seek=100 conv=notrunc status=none
    done
    host b -o index=local
    right "$host/$name" "$big"
    [[ -e $file.bad ]]
}

@test "retention that removes the head, and a reset, are noticed by a host that knows the pipe from before" {
    cat "$big" > "$p"
    eventually 10 is_committed
    kafka remove-before "$name" 0 12345
    tail -n +12346 "$big" > "$BATS_TEST_TMPDIR/rest"
    host b
    right "$host/$name" "$BATS_TEST_TMPDIR/rest"
    truncate -s 0 "$p"
    head -n 20000 "$big" > "$BATS_TEST_TMPDIR/rest"
    cat "$BATS_TEST_TMPDIR/rest" > "$p"
    host c
    right "$host/$name" "$BATS_TEST_TMPDIR/rest"
}

@test "a topic that was deleted and made again under its name is not taken for the old one" {
    cat "$big" > "$p"
    eventually 10 is_committed
    kafka delete "$name"
    kafka create "$name" 1
    tac "$big" > "$BATS_TEST_TMPDIR/tac"
    kcat_produce "$name" -X linger.ms=20 < "$BATS_TEST_TMPDIR/tac"
    host b
    right "$host/$name" "$BATS_TEST_TMPDIR/tac"
}
