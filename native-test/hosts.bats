#!/usr/bin/env bats
# Mounts on hosts with a network of their own, which is cut and mended. Leases are of 3 s.

load lib
load hosts

LEASE_MS=3000

setup_file() {
    suite_start
    host_up a
    host_up b
    A=$(mount_on a a -o lease=3,timeout=60)
    B=$(mount_on b b -o lease=3,timeout=60)
    export A B
}
teardown_file() {
    local failed=0
    mend_wire a || failed=1
    mend_wire b || failed=1
    unmount_all || failed=1
    hosts_down || failed=1
    suite_stop || failed=1
    return "$failed"
}
setup() {
    test_start
    q=$B/$name
    touch "$p"
    eventually 30 works "$A"
    eventually 30 works "$B"
}
teardown() {
    mend_wire b
    test_stop
}

# works MOUNT: it reaches the broker.
works() {
    within 5 ls "$1" > /dev/null
}

# writer FILE PATH: pushes what comes through the FIFO FILE.in, and says what became of it in FILE.
writer() {
    mkfifo "$1.in"
    start "$1" perl -e '$| = 1; open my $p, ">>", $ARGV[0] or die "$!\n"; open my $in, "<", $ARGV[1] or die;
        print "open\n"; while (<$in>) { print defined syswrite($p, $_) ? "pushed $_" : "failed: $!\n" }
        print close($p) ? "closed\n" : "close failed: $!\n"' "$2" "$1.in"
}

@test "a pipe joins two hosts" {
    start "$BATS_TEST_TMPDIR/got" cat "$q"
    local reader=$pid
    eventually 10 reading "$reader"
    seq 1000 > "$p"
    ends_within 5000 "$reader"
    equal "$(cksum < "$BATS_TEST_TMPDIR/got")" "$(seq 1000 | cksum)"
}

@test "a host that is cut off: its writers stop counting, its readers wait and go on, no line is lost or doubled" {
    local out=$BATS_TEST_TMPDIR there here cut
    # One pipe from the host that is cut off, and one to it.
    touch "$p-to"
    writer "$out/from" "$q"
    there=$pid
    writer "$out/to" "$p-to"
    here=$pid
    exec 5> "$out/from.in" 6> "$out/to.in"
    start "$out/got-from" cat "$p"
    local reader_here=$pid
    start "$out/got-to" cat "$q-to"
    local reader_there=$pid
    echo 1 >&5
    echo 1 >&6
    eventually 10 file_is "$out/got-from" 1
    eventually 10 file_is "$out/got-to" 1

    cut_wire b
    cut=$(now_ms)
    # What is written here goes on. A reader there is not told of it, and not told of an end either.
    seq 2 500 >&6
    eventually 10 grep -qx 'pushed 500' "$out/to"
    ends_within $((LEASE_MS + 10000)) "$reader_here"
    equal "$status" 0
    figure "the reader ended $(($(now_ms) - cut)) ms after the wire was cut"
    (($(now_ms) - cut >= LEASE_MS * 2 / 3)) || fail "it ended before the lease was over"
    (($(now_ms) - cut <= LEASE_MS + 6000)) || fail "it ended too late"
    file_is "$out/got-from" 1
    exec 6>&-
    ends_within 10000 "$here"
    stays $((2 * LEASE_MS)) alive "$reader_there"

    mend_wire b
    ends_within 60000 "$reader_there"
    equal "$status" 0
    file_is "$out/got-to" "$(seq 500)"
    # The writer that was counted out is told so, and pushes nothing more.
    printf '%s\n' 2 3 >&5
    exec 5>&-
    ends_within 60000 "$there"
    file_is "$out/from" $'open\npushed 1\nfailed: '"$(errno EIO)"$'\nfailed: '"$(errno EIO)"$'\nclose failed: '"$(errno EIO)"
    push "$q" 4
    equal "$(snapshot "$p")" $'1\n4'
}

@test "a cut that is shorter than the lease is not noticed" {
    C=$(mount_on b c -o lease=30,timeout=60)
    writer "$BATS_TEST_TMPDIR/out" "$C/$name"
    local there=$pid
    exec 5> "$BATS_TEST_TMPDIR/out.in"
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    local reader=$pid
    echo 1 >&5
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" 1
    cut_wire b
    seq 2 100 >&5
    stays 5000 alive "$reader"
    mend_wire b
    exec 5>&-
    ends_within 60000 "$there"
    ends_within 20000 "$reader"
    file_is "$BATS_TEST_TMPDIR/got" "$(seq 100)"
    unmount "$C"
}
