#!/usr/bin/env bats
# O_NONBLOCK, select and epoll.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

# What one non-blocking read says: the bytes, "end", or the error.
READ='
    use Fcntl; use Errno qw(EAGAIN);
    sub look { my $n = sysread $_[0], my $x, 1000; !defined $n ? $!{EAGAIN} ? "EAGAIN" : "$!" : $n ? $x : "end" }'

@test "a non-blocking read of an empty pipe without a writer is at the end" {
    touch "$p"
    equal "$(within 10 perl -e "$READ"'sysopen my $p, $ARGV[0], O_RDONLY | O_NONBLOCK or die; print look($p)' "$p")" end
}

@test "a non-blocking read of an empty pipe with a writer says EAGAIN" {
    exec 5> "$p"
    equal "$(within 10 perl -e "$READ"'sysopen my $p, $ARGV[0], O_RDONLY | O_NONBLOCK or die; print look($p)' "$p")" EAGAIN
    exec 5>&-
}

@test "a non-blocking read gets what is there, then EAGAIN with a writer and the end without" {
    exec 5> "$p"
    printf 'a\nb\n' >&5
    read_all='sysopen my $p, $ARGV[0], O_RDONLY | O_NONBLOCK or die;
        my $all = ""; my $x; while (1) { $x = look($p); last if $x =~ /^(end|EAGAIN)$/; $all .= $x } print "$all$x"'
    equal "$(within 10 perl -e "$READ$read_all" "$p")" $'a\nb\nEAGAIN'
    exec 5>&-
    equal "$(within 10 perl -e "$READ$read_all" "$p")" $'a\nb\nend'
}

@test "O_NONBLOCK that is set or cleared later counts for the next read" {
    exec 5> "$p"
    start "$BATS_TEST_TMPDIR/got" perl -e "$READ"'
        $| = 1;
        sysopen my $p, $ARGV[0], O_RDONLY or die;
        fcntl $p, F_SETFL, O_NONBLOCK or die; print look($p), "\n";
        fcntl $p, F_SETFL, 0 or die; print look($p)' "$p"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" EAGAIN
    eventually 10 blocked "$pid"
    echo x >&5
    ends_within 10000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" $'EAGAIN\nx'
    exec 5>&-
}

@test "non-blocking writes push, and wait only for want of space" {
    within 60 perl -e "$READ"'
        sysopen my $p, $ARGV[0], O_WRONLY | O_CREAT | O_NONBLOCK or die "$!";
        for my $i (1 .. 20000) {
            my $line = "$i\n";
            until (defined syswrite $p, $line) {
                die "$!" unless $!{EAGAIN};
                vec(my $w = "", fileno $p, 1) = 1; select undef, $w, undef, 10 or die "never writable again";
            }
        }
        close $p or die "$!"' "$p"
    equal "$(snapshot "$p" | cksum)" "$(seq 1 20000 | cksum)"
}

# select_read SECONDS FILE…: prints whether FILE is readable by then.
SELECT='vec(my $r = "", fileno $p, 1) = 1; print select($r, undef, undef, $ARGV[1]) ? "readable" : "not readable";'

@test "select says readable when there is something to read or the end, and only then" {
    push "$p" a
    exec 5>> "$p"
    open='use Fcntl; sysopen my $p, $ARGV[0], O_RDONLY or die;'
    equal "$(within 10 perl -e "$open$SELECT" "$p" 5)" readable
    equal "$(within 10 perl -e "$open sysread \$p, my \$x, 1000; $SELECT" "$p" 0.5)" "not readable"
    exec 5>&-
    equal "$(within 10 perl -e "$open sysread \$p, my \$x, 1000; $SELECT" "$p" 5)" readable
}

@test "a waiting select is woken by a push" {
    exec 5> "$p"
    start "$BATS_TEST_TMPDIR/got" perl -e "$READ"'
        $| = 1; sysopen my $p, $ARGV[0], O_RDONLY | O_NONBLOCK or die;
        print "waiting\n"; '"$SELECT"' print "\n", look($p)' "$p" 20
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" waiting
    stays 300 file_is "$BATS_TEST_TMPDIR/got" waiting
    echo x >&5
    ends_within 5000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" $'waiting\nreadable\nx'
    exec 5>&-
}

@test "a waiting select is woken by the end" {
    exec 5> "$p"
    start "$BATS_TEST_TMPDIR/got" perl -e "$READ"'
        $| = 1; sysopen my $p, $ARGV[0], O_RDONLY | O_NONBLOCK or die;
        print "waiting\n"; '"$SELECT"' print "\n", look($p)' "$p" 20
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" waiting
    exec 5>&-
    ends_within 5000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" $'waiting\nreadable\nend'
}

@test "select says writable for a writer at once" {
    equal "$(within 10 perl -MFcntl -e 'sysopen my $p, $ARGV[0], O_WRONLY | O_CREAT or die;
        vec(my $w = "", fileno $p, 1) = 1; print select(undef, $w, undef, 5) ? "writable" : "not writable"' "$p")" writable
}

@test "epoll wakes a waiting reader for each push" {
    [[ -x /usr/bin/python3 ]] || skip "no python3"
    exec 5> "$p"
    start "$BATS_TEST_TMPDIR/got" /usr/bin/python3 -u -c '
import os, select, sys
fd = os.open(sys.argv[1], os.O_RDONLY | os.O_NONBLOCK)
poller = select.epoll()
poller.register(fd, select.EPOLLIN | select.EPOLLET)
print("waiting")
lines = 0
while lines < 5:
    if not poller.poll(20):
        sys.exit("not woken")
    try:
        while data := os.read(fd, 1000):
            lines += data.count(b"\n")
            print(data.decode(), end="")
    except BlockingIOError:
        pass' "$p"
    want=waiting
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" "$want"
    for i in {1..5}; do
        echo "$i" >&5
        want+=$'\n'$i
        eventually 5 file_is "$BATS_TEST_TMPDIR/got" "$want"
    done
    ends_within 5000 "$pid"
    equal "$status" 0
    exec 5>&-
}

@test "poll takes no CPU while nothing comes" {
    exec 5> "$p"
    start "$BATS_TEST_TMPDIR/got" perl -MFcntl -e 'sysopen my $p, $ARGV[0], O_RDONLY or die; '"$SELECT" "$p" 2
    ends_within 10000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" "not readable"
    exec 5>&-
}
