#!/usr/bin/env bats
# Many pipes in one program, and many readers of one mount.

export DNPIPES_JAVA_OPTS=
load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

# cpu_ms PID: what it has used so far.
cpu_ms() {
    awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print int(($12 + $13) * 1000 / hz) }' "/proc/$1/stat"
}

# idle PID…: they use next to no CPU for three seconds; soon, since what came before may still be compiled or collected.
idle() {
    eventually 30 idle_now "$@" || return 1
    figure "while nothing came:" "$(tr '\n' ';' < "$BATS_TEST_TMPDIR/idle")"
}

idle_now() {
    local child used before=()
    for child; do before+=("$(cpu_ms "$child")"); done
    sleep 3
    for child; do
        used=$(($(cpu_ms "$child") - before[0]))
        before=("${before[@]:1}")
        echo "$(cat "/proc/$child/comm") used $used ms of CPU in 3 s"
        ((used <= 300)) || fail "too much" || return 1
    done > "$BATS_TEST_TMPDIR/idle"
}

@test "an epoll program with 200 pipes sees every message once, and uses no CPU while nothing comes" {
    local daemon i
    for i in $(seq 200); do touch "$p-$i"; done
    daemon=$(daemon_pid "$A")
    # Holds all pipes open, and pushes five numbered lines to each when it is told to, all mixed.
    mkfifo "$BATS_TEST_TMPDIR/go"
    start "$BATS_TEST_TMPDIR/pushed" perl -e 'use IO::Handle; use List::Util "shuffle"; $| = 1;
        my ($p, $go) = @ARGV; my @f = map { open my $f, ">>", "$p-$_" or die "$!"; $f } 1 .. 200;
        open $go, "<", $go or die; my %n; print "open\n"; <$go>;
        for my $i (shuffle map { ($_) x 5 } 0 .. 199) {
            $n{$i}++; syswrite($f[$i], "$i $n{$i}\n") or die "$!" }
        print "pushed\n"; <$go>; print "closed\n"' "$p" "$BATS_TEST_TMPDIR/go"
    local writer=$pid
    exec 5> "$BATS_TEST_TMPDIR/go"
    eventually 60 file_is "$BATS_TEST_TMPDIR/pushed" open
    start "$BATS_TEST_TMPDIR/got" /usr/bin/python3 -u -c '
import os, select, sys
poller, files = select.epoll(), {}
for i in range(1, 201):
    fd = os.open(f"{sys.argv[1]}-{i}", os.O_RDONLY | os.O_NONBLOCK)
    files[fd] = os.lseek(fd, 0, os.SEEK_CUR)
    # Half of them tell only of what is new.
    poller.register(fd, select.EPOLLIN | (select.EPOLLET if i % 2 else 0))
print("waiting")
while files:
    for fd, _ in poller.poll():
        try:
            while data := os.read(fd, 1000):
                print(data.decode(), end="")
            poller.unregister(fd)
            os.close(fd)
            del files[fd]
        except BlockingIOError:
            pass
print("all ended")' "$p"
    local reader=$pid
    eventually 30 grep -qx waiting "$BATS_TEST_TMPDIR/got"
    idle "$reader" "$daemon"
    echo >&5
    eventually 60 file_is "$BATS_TEST_TMPDIR/pushed" $'open\npushed'
    eventually 30 has_lines 1001
    idle "$reader" "$daemon"
    equal "$(grep ' ' "$BATS_TEST_TMPDIR/got" | sort | uniq -d)" "" "what came twice"
    equal "$(sort -n "$BATS_TEST_TMPDIR/got" | grep -c ' ')" 1000 "the number of messages"
    # Of one pipe in their order.
    awk 'NF == 2 { if ($2 != ++last[$1]) exit 1 }' "$BATS_TEST_TMPDIR/got" || fail "a pipe was out of order"
    echo >&5
    ends_within 20000 "$writer"
    ends_within 20000 "$reader"
    equal "$status" 0 "the reader's status: $(cat "$BATS_TEST_TMPDIR/got.err")"
    exec 5>&-
}

has_lines() {
    equal "$(lines_in "$BATS_TEST_TMPDIR/got")" "$1" "the number of lines"
}

@test "1,000 blocked readers use no CPU, are all woken by one message, and freed by a signal" {
    local daemon memory began
    touch "$p"
    daemon=$(daemon_pid "$A")
    memory=$(awk '/VmRSS/ { print $2 }' "/proc/$daemon/status")
    start "$BATS_TEST_TMPDIR/got" perl -e '$| = 1; my @kids;
        for (1 .. 1000) {
            my $kid = fork; defined $kid or die "$!";
            if (!$kid) { open my $f, "<", "$ARGV[0]\@follow" or die "$!"; sysread $f, my $x, 100; print "got $x";
                sysread $f, $x, 100; exit }
            push @kids, $kid }
        $SIG{TERM} = sub { kill TERM => @kids; wait for @kids; print "all freed\n"; exit };
        sleep 1 while 1' "$p"
    local readers=$pid
    all_blocked() {
        local count
        # shellcheck disable=SC2009 # what is looked for is not the name of the process
        count=$(ps -o wchan= --ppid "$readers" | grep -c -e fuse -e request_wait)
        equal "$count" 1000 "the number of blocked readers"
    }
    eventually 60 all_blocked
    idle "$daemon"
    memory=$(($(awk '/VmRSS/ { print $2 }' "/proc/$daemon/status") - memory))
    figure "1,000 readers took $memory KiB of memory and $(find "/proc/$daemon/task" -maxdepth 1 | wc -l) threads"
    began=$(now_ms)
    push "$p" x
    eventually 20 has_lines 1000
    figure "all were woken within $(($(now_ms) - began)) ms"
    eventually 20 all_blocked
    began=$(now_ms)
    kill -TERM "$readers"
    ends_within 20000 "$readers"
    figure "all were freed within $(($(now_ms) - began)) ms"
    equal "$(tail -n 1 "$BATS_TEST_TMPDIR/got")" "all freed"
    ((memory <= 100 * 1024)) || fail "1,000 readers took $memory KiB"
}
