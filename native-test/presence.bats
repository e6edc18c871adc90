#!/usr/bin/env bats
# The ends of a pipe on different mounts, each with a daemon of its own: A and B, with leases of 3 s.

load lib

LEASE_MS=3000

setup_file() {
    suite_start
    A=$(mount_pipes a -o lease=3)
    B=$(mount_pipes b -o lease=3)
    export A B
}
teardown_file() { suite_stop; }
setup() {
    test_start
    q=$B/$name
    touch "$p"
}
teardown() {
    signal_broker CONT
    continue_daemons
    test_stop
}

# A daemon that a test has stopped would block whoever closes a file.
continue_daemons() {
    local child
    for child in $(marked "DNPIPES_TEST_SUITE=$BATS_FILE_TMPDIR"); do
        kill -CONT "$child" 2> /dev/null || true
    done
}

# follow: a plain reader on B, which has found nothing yet. Its pid is in $reader, what it gets in the file $got.
follow() {
    got=$BATS_TEST_TMPDIR/got
    start "$got" cat "$q"
    reader=$pid
    eventually 10 reading "$reader"
}

# ended_within MILLISECONDS TEXT: the reader ends, with this text.
ended_within() {
    ends_within "$1" "$reader" || return 1
    equal "$status" 0 "the reader's status" || return 1
    file_is "$got" "$2"
}

@test "a reader waits for a writer on another mount, and ends with it" {
    follow
    stays 1000 alive "$reader"
    exec 5> "$p"
    echo a >&5
    eventually 10 file_is "$got" a
    stays $((2 * LEASE_MS)) alive "$reader"
    echo b >&5
    exec 5>&-
    ended_within 5000 $'a\nb'
}

@test "a writer elsewhere that closes without a line ends a waiting reader" {
    follow
    : > "$p"
    ended_within 5000 ""
}

@test "a pipe whose writers elsewhere have closed has an end" {
    push "$p" a b
    got=$BATS_TEST_TMPDIR/got
    start "$got" cat "$q"
    reader=$pid
    ended_within 5000 $'a\nb'
}

@test "a reader waits for the last of writers on both mounts" {
    exec 5> "$p" 6> "$q"
    follow
    echo a >&5
    exec 5>&-
    eventually 10 file_is "$got" a
    stays 1000 alive "$reader"
    echo b >&6
    exec 6>&-
    ended_within 5000 $'a\nb'
}

@test "writers that take turns on two mounts keep a reader" {
    exec 5> "$p"
    follow
    local i
    for i in $(seq 20); do
        exec 6> "$q"
        echo "$i" >&6
        exec 5>&-
        exec 5> "$p"
        exec 6>&-
    done
    stays 500 alive "$reader"
    exec 5>&-
    ended_within 5000 "$(seq 20)"
}

@test "O_NONBLOCK: EAGAIN while there is a writer on the other mount, end of file when there is none" {
    local try='use Fcntl; use Errno; sysopen my $f, $ARGV[0], O_RDONLY | O_NONBLOCK or die "$!\n";
        my $n = sysread($f, my $b, 100); print defined $n ? "read $n\n" : $!{EAGAIN} ? "EAGAIN\n" : "$!\n"'
    equal "$(within 10 perl -e "$try" "$q")" "read 0"
    exec 5> "$p"
    equal "$(within 10 perl -e "$try" "$q")" EAGAIN
    exec 5>&-
    nonblocking_end() { equal "$(within 10 perl -e "$try" "$q")" "read 0"; }
    eventually 5 nonblocking_end
}

@test "poll tells a reader when the last writer on another mount closes" {
    exec 5> "$p"
    start "$BATS_TEST_TMPDIR/got" perl -MIO::Poll=POLLIN -e '$| = 1;
        open my $f, "<", $ARGV[0] or die; my $p = IO::Poll->new; $p->mask($f => POLLIN);
        print $p->poll(0), "\n"; print $p->poll(20), "\n"; print sysread($f, my $b, 10), "\n"' "$q"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" 0
    exec 5>&-
    ends_within 10000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" $'0\n1\n0'
}

@test "producer on one mount, consumer on another, 200 times: every line, and the end right after" {
    local round took_max=0 at producer
    for round in $(seq 200); do
        local x=$name-$round delay=$((RANDOM % 30))
        touch "$A/$x"
        # Whoever is there first, with pauses of up to 30 ms.
        start "$BATS_TEST_TMPDIR/got" bash -c 'sleep "0.0$2"; cat "$1"; echo "$EPOCHREALTIME" > "$3"' - "$B/$x" \
            $((RANDOM % 10)) "$BATS_TEST_TMPDIR/consumer"
        reader=$pid
        start /dev/null bash -c 'sleep "0.0$2"; exec > "$1"; echo 1; sleep "0.0$3"; echo 2; echo 3; exec >&-
            echo "$EPOCHREALTIME" > "$4"' - "$A/$x" $((RANDOM % 10)) "$delay" "$BATS_TEST_TMPDIR/producer"
        producer=$pid
        ends_within 20000 "$producer"
        equal "$status" 0 "the producer's status in round $round"
        ends_within 20000 "$reader" || fail "in round $round, having read: $(cat "$BATS_TEST_TMPDIR/got")"
        file_is "$BATS_TEST_TMPDIR/got" $'1\n2\n3' || fail "in round $round"
        at=$(perl -e 'printf "%d", 1000 * (<> - <>)' "$BATS_TEST_TMPDIR/consumer" "$BATS_TEST_TMPDIR/producer")
        ((at <= took_max)) || took_max=$at
    done
    figure "the consumer ended at most $took_max ms after its producer"
    # What is meant is 300 ms. Beside the suite that kills brokers it was 1,668 once.
    ((took_max <= 3000)) || fail "a consumer ended $took_max ms after its producer"
}

@test "kill -9 of the writing mount: readers elsewhere end within the lease and 2 s, with every line" {
    local daemon began
    C=$(mount_pipes c -o lease=3)
    exec 5> "$C/$name"
    follow
    seq 1000 >&5
    eventually 10 equal_lines 1000
    daemon=$(daemon_pid "$C")
    began=$(now_ms)
    kill -KILL "$daemon"
    ended_within $((LEASE_MS + 10000)) "$(seq 1000)"
    figure "the reader ended $(($(now_ms) - began)) ms after the kill"
    (($(now_ms) - began >= LEASE_MS * 2 / 3)) || fail "the reader ended before the lease was over"
    (($(now_ms) - began <= LEASE_MS + 4000)) || fail "the reader ended $(($(now_ms) - began)) ms after the kill"
    exec 5>&- || true
}

equal_lines() {
    equal "$(lines_in "$got")" "$1" "the number of lines"
}

@test "a broker that pauses for longer than the lease ends no reader" {
    exec 5> "$p"
    follow
    echo a >&5
    eventually 10 file_is "$got" a
    signal_broker STOP
    stays $((2 * LEASE_MS)) alive "$reader"
    signal_broker CONT
    stays $((LEASE_MS + 1000)) alive "$reader"
    echo b >&5
    exec 5>&-
    ended_within 10000 $'a\nb'
}

@test "a broker that restarts ends no reader" {
    exec 5> "$p"
    follow
    echo a >&5
    eventually 10 file_is "$got" a
    stop_broker
    stays $((LEASE_MS + 1000)) alive "$reader"
    start_broker "${BROKER##*:}"
    stays $((LEASE_MS + 1000)) alive "$reader"
    eventually 30 push_b
    exec 5>&-
    ended_within 10000 $'a\nb'
}

push_b() {
    echo b >&5
}

@test "a daemon that is stopped for longer than its lease loses its writers, and a new open goes on" {
    local daemon
    C=$(mount_pipes c -o lease=3)
    start_with_files "$BATS_TEST_TMPDIR/writer" bash -c 'exec 5> "$1"; echo a >&5; echo open; read -r < "$2"
        echo b >&5; echo "status $?"; echo c >&5; echo "status $?"' - "$C/$name" "$(fifo go)"
    local writer=$pid
    eventually 10 file_is "$BATS_TEST_TMPDIR/writer" open
    follow
    eventually 10 file_is "$got" a
    daemon=$(daemon_pid "$C")
    kill -STOP "$daemon"
    ended_within $((LEASE_MS + 10000)) a
    kill -CONT "$daemon"
    echo > "$BATS_TEST_TMPDIR/go"
    ends_within 10000 "$writer"
    file_is "$BATS_TEST_TMPDIR/writer" $'open\nstatus 1\nstatus 1'
    contains "$(cat "$BATS_TEST_TMPDIR/writer.err")" "$(errno EIO)"
    push "$C/$name" d
    equal "$(snapshot "$q")" $'a\nd'
}

# fifo NAME: a kernel FIFO of the test's own.
fifo() {
    mkfifo "$BATS_TEST_TMPDIR/$1"
    echo "$BATS_TEST_TMPDIR/$1"
}

@test "a daemon that is stopped for less than its lease goes on" {
    local daemon writer
    C=$(mount_pipes c -o lease=10)
    # Not by this shell: everything that it starts would close the pipe, and wait for the daemon.
    start_with_files "$BATS_TEST_TMPDIR/writer" bash -c 'exec 5> "$1"; echo open; read -r < "$2"
        echo a >&5; echo "status $?"' - "$C/$name" "$(fifo go)"
    writer=$pid
    eventually 10 file_is "$BATS_TEST_TMPDIR/writer" open
    follow
    daemon=$(daemon_pid "$C")
    kill -STOP "$daemon"
    stays 4000 alive "$reader"
    kill -CONT "$daemon"
    echo > "$BATS_TEST_TMPDIR/go"
    ends_within 10000 "$writer"
    file_is "$BATS_TEST_TMPDIR/writer" $'open\nstatus 0'
    ended_within 10000 a
}

@test "umount of the writing mount ends readers elsewhere at once" {
    C=$(mount_pipes c -o lease=60)
    exec 5> "$C/$name"
    follow
    echo a >&5
    eventually 10 file_is "$got" a
    within 20 "$DNPIPES" umount "$C"
    ended_within 5000 a
}

@test "mounts with nothing open write no notices" {
    push "$p" a
    equal "$(pull "$q")" a
    notices() { kcat -C -q -e -b "$BROKER" -t __dnpipes -o beginning -f '%s\n'; }
    # What the tests before have left is over after two renewals; then it is quiet.
    local before
    before=$(notices | wc -l)
    ((before > 0)) || fail "no notice can be seen at all"
    quiet() { sleep 1.2; local now; now=$(notices | wc -l); [[ $now == "$before" ]] || { before=$now; return 1; }; }
    eventually 15 quiet
    stays 3000 equal "$(notices | wc -l)" "$before" "the number of notices"
    equal "$(notices | wc -l)" "$before" "the number of notices"
}

@test "presence=local: only writers of the same mount count, and nothing is written about them" {
    C=$(mount_pipes c -o presence=local)
    exec 5> "$p"
    echo a >&5
    start "$BATS_TEST_TMPDIR/got" cat "$C/$name"
    ends_within 10000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" a
}

@test "the topic of the notices is not shown" {
    equal "$(find "$A" -maxdepth 1 -name '__*')" ""
    [[ ! -e $A/__dnpipes ]]
}

@test "a lease out of bounds is refused" {
    mkdir "$BATS_TEST_TMPDIR/m"
    local lease
    for lease in 2 121 x ""; do
        one_line_error 2 "$DNPIPES" mount --bootstrap-servers "$BROKER" -o "lease=$lease" "$BATS_TEST_TMPDIR/m"
        contains "$output" lease
    done
}
