#!/usr/bin/env bats
# Signals to processes that wait in a pipe. Normally such a process ends within 200 ms; these tests allow a second.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

# holds_sorted PATH LINES
holds_sorted() {
    equal "$(snapshot "$1" | sort | xargs)" "$2" "what $1 holds, sorted"
}

# ends_on SIGNAL PID STATUS
ends_on() {
    kill "-$1" "$2"
    ends_within 1000 "$2"
    equal "$status" "$3" "the status after SIG$1"
}

@test "Ctrl-C, SIGTERM and kill -9 end a blocked cat" {
    touch "$p"
    for signal in INT:130 TERM:143 KILL:137; do
        start "$BATS_TEST_TMPDIR/got" cat "$p"
        eventually 10 blocked "$pid"
        ends_on "${signal%:*}" "$pid" "${signal#*:}"
        figure "SIG${signal%:*} ended a blocked cat within $took ms"
    done
    echo x > "$p"
    equal "$(pull "$p")" x
}

@test "Ctrl-C and kill -9 end a blocked reader of each view" {
    push "$p" x
    for view in follow new new,follow; do
        for signal in INT:130 KILL:137; do
            start "$BATS_TEST_TMPDIR/got" cat "$p@$view"
            eventually 10 blocked "$pid"
            ends_on "${signal%:*}" "$pid" "${signal#*:}"
        done
    done
}

@test "Ctrl-C and kill -9 end a reader that waits while a writer is there" {
    exec 5> "$p"
    for signal in INT:130 KILL:137; do
        start "$BATS_TEST_TMPDIR/got" cat "$p"
        eventually 10 blocked "$pid"
        ends_on "${signal%:*}" "$pid" "${signal#*:}"
    done
    exec 5>&-
}

@test "kill -9 ends a process that reads from its own read-write handle" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" perl -e 'open my $p, "+<", $ARGV[0] or die; sysread $p, my $x, 1' "$p"
    eventually 10 blocked "$pid"
    ends_on KILL "$pid" 137
}

@test "timeout ends cat on an empty pipe" {
    touch "$p"
    run within 10 timeout 0.5 cat "$p"
    equal "$status" 124
}

@test "a handler runs and the interrupted read says EINTR" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" perl -MPOSIX -e '
        $| = 1;
        POSIX::sigaction(SIGUSR1, POSIX::SigAction->new(sub { print "handled\n" }));
        open my $p, "<", $ARGV[0] or die;
        my $n = POSIX::read(fileno $p, my $x, 10);
        print defined $n ? "read $n" : $!{EINTR} ? "EINTR" : "$!", "\n"' "$p"
    eventually 10 reading "$pid"
    kill -USR1 "$pid"
    ends_within 1000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" $'EINTR\nhandled' || file_is "$BATS_TEST_TMPDIR/got" $'handled\nEINTR'
}

@test "a handler runs and neither open nor stat says EINTR, though signals come all the time" {
    echo x > "$p"
    start "$BATS_TEST_TMPDIR/got" perl -MTime::HiRes=setitimer,ITIMER_REAL -e '
        my $signals = 0;
        $SIG{ALRM} = sub { $signals++ };
        setitimer(ITIMER_REAL, 0.0005, 0.0005);
        for my $n (1 .. 100) {
            stat "$ARGV[0]" or die "stat $n: $!";
            $n % 10 or !stat "$ARGV[0].missing" or die "stat $n: found what is not there";
            $n % 10 or $!{ENOENT} or die "stat $n of what is missing: $!";
            sysopen my $p, $ARGV[0], 0 or die "open $n: $!";
            sysopen my $q, $ARGV[0], 1 or die "open for writing $n: $!";
        }
        setitimer(ITIMER_REAL, 0, 0);
        $signals > 100 or die "only $signals signals";
        print "all of them\n"' "$p"
    ends_within 60000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" "all of them" || fail "$(cat "$BATS_TEST_TMPDIR/got.err")"
}

@test "50 blocked readers are all killed within a second" {
    touch "$p"
    pids=()
    for i in {1..50}; do
        start "$BATS_TEST_TMPDIR/got-$i" cat "$p"
        pids+=("$pid")
    done
    for pid in "${pids[@]}"; do
        eventually 10 blocked "$pid"
    done
    kill -KILL "${pids[@]}"
    began=$(now_ms)
    for pid in "${pids[@]}"; do
        ends_within 5000 "$pid"
    done
    took=$(($(now_ms) - began))
    figure "50 blocked readers were gone within $took ms of kill -9"
    ((took <= 5000)) || fail "50 readers took $took ms to die"
    echo x > "$p"
    equal "$(pull "$p")" x
}

@test "umount with 50 blocked readers releases them and leaves nothing" {
    dir=$(mount_pipes readers)
    touch "$dir/$name"
    pids=()
    for i in {1..50}; do
        start "$BATS_TEST_TMPDIR/got-$i" cat "$dir/$name@follow"
        pids+=("$pid")
    done
    for pid in "${pids[@]}"; do
        eventually 10 blocked "$pid"
    done
    began=$(now_ms)
    within 30 "$DNPIPES" umount "$dir"
    took=$(($(now_ms) - began))
    figure "umount with 50 blocked readers took $took ms"
    ((took <= 15000)) || fail "umount took $took ms"
    for pid in "${pids[@]}"; do
        ends_within 5000 "$pid"
    done
    eventually 5 released "$dir"
    # What is below the mount point is the plain folder again, and empty.
    equal "$(find "$dir" -mindepth 1)" ""
}

@test "a writer that is killed leaves the lines that it has written, and the next one is not disturbed" {
    start "$BATS_TEST_TMPDIR/got" perl -e '
        open my $p, ">", $ARGV[0] or die; syswrite $p, "whole\nhal"; $| = 1; print "written\n"; sleep 100' "$p"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" written
    kill -KILL "$pid"
    ends_within 1000 "$pid"
    push "$p" next
    eventually 10 holds_sorted "$p" "hal next whole"
    equal "$(snapshot "$p" | head -n 1)" whole
}

# While a process executes another program the kernel lets nobody look at it, not even the daemon; and what it closes
# then, as all that has O_CLOEXEC, waits for the daemon.
closes_by_exec() {
    touch "$p"
    start "$BATS_TEST_TMPDIR/exec" perl -e '
        use Fcntl;
        sysopen my $p, $ARGV[0], O_WRONLY | O_NONBLOCK or die $!;
        syswrite $p, "one\n" or die $!;
        print "open\n"; close STDOUT;
        select undef, undef, undef, 0.05 until -e $ARGV[1];
        syswrite $p, $ARGV[2] or die $!;
        exec "true" or die $!' "$p" "$BATS_TEST_TMPDIR/go" "$1"
    eventually 20 file_is "$BATS_TEST_TMPDIR/exec" open
    # Looked up before: nobody can look for it while the process executes.
    local brokers
    mapfile -t brokers < <(broker_pids)
    kill -STOP "${brokers[@]}"
    touch "$BATS_TEST_TMPDIR/go"
    stays 500 kill -0 "$pid"
    # Others are served meanwhile.
    within 20 touch -c "$A"
    kill -CONT "${brokers[@]}"
    ends_within 20000 "$pid"
    equal "$status" 0
}

# (If this hangs, so does ps: whoever looks at that process waits for it. End the daemon by its pid then.)
@test "a file that exec closes while its line is on its way" {
    closes_by_exec $'two\n'
    equal "$(snapshot "$p")" $'one\ntwo'
}

@test "a file that exec closes with a line that was begun" {
    closes_by_exec part
    equal "$(snapshot "$p")" $'one\npart'
}
