#!/usr/bin/env bats
# Handles for reading and writing: streams, as on a FIFO.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "exec 3<>p writes and reads back its own lines" {
    equal "$(within 20 bash -c 'exec 3<> "$1"; echo a >&3; echo b >&3; read -r x <&3; read -r y <&3; echo "$x$y"' - "$p")" ab
    equal "$(pull "$p")" $'a\nb'
}

@test "exec 3<>p creates a missing pipe" {
    within 20 bash -c 'exec 3<> "$1"' - "$p"
    [[ -f $p ]]
}

@test "reading starts at the first retained message" {
    push "$p" old
    equal "$(within 20 bash -c 'exec 3<> "$1"; echo new >&3; read -r x <&3; read -r y <&3; echo "$x $y"' - "$p")" "old new"
}

@test "the position of reading does not move where writing goes" {
    push "$p" a b c
    within 20 bash -c 'exec 3<> "$1"; read -r x <&3; echo d >&3' - "$p"
    equal "$(pull "$p")" $'a\nb\nc\nd'
}

@test "it is not seekable" {
    push "$p" a
    equal "$(perl -e 'open my $p, "+<", $ARGV[0] or die; print defined sysseek($p, 0, 1) ? "moved" : "$!"' "$p")" "Illegal seek"
}

@test "a read that waits does not hold up a write through the same handle" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" perl -e '
        $| = 1; open my $p, "+<", $ARGV[0] or die;
        my $child = fork // die;
        if (!$child) { sysread $p, my $x, 100; print "read $x"; exit 0 }
        # The child waits in its read by now or soon: both orders must work.
        print "$child\n"; <STDIN>; syswrite $p, "x\n" or die "$!"; print "written\n"; waitpid $child, 0' "$p"
    ends_within 10000 "$pid"
    equal "$(tail -n +2 "$BATS_TEST_TMPDIR/got" | sort | xargs)" "read x written"
}

@test "a read that certainly waits does not hold up a write through the same handle" {
    touch "$p"
    mkfifo "$BATS_TEST_TMPDIR/go"
    start "$BATS_TEST_TMPDIR/got" perl -e '
        $| = 1; open my $p, "+<", $ARGV[0] or die;
        my $child = fork // die;
        if (!$child) { sysread $p, my $x, 100; print "read $x"; exit 0 }
        print "$child\n"; open my $go, "<", $ARGV[1]; <$go>; syswrite $p, "x\n" or die "$!"; waitpid $child, 0' "$p" "$BATS_TEST_TMPDIR/go"
    eventually 10 grep -q . "$BATS_TEST_TMPDIR/got"
    eventually 10 blocked "$(head -n 1 "$BATS_TEST_TMPDIR/got")"
    echo > "$BATS_TEST_TMPDIR/go"
    ends_within 10000 "$pid"
    equal "$(tail -n 1 "$BATS_TEST_TMPDIR/got")" "read x"
}

@test "a read never ends while the handle itself is a writer" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" perl -e 'open my $p, "+<", $ARGV[0] or die; print sysread $p, my $x, 100' "$p"
    eventually 10 blocked "$pid"
    stays 700 alive "$pid"
    push "$p" abc
    ends_within 10000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" 4
}

@test "two processes talk through two pipes" {
    within 30 bash -c '
        exec 3<> "$1-ask" 4<> "$1-answer"
        while read -r x; do [ "$x" = stop ] && break; echo "$((x * x))" >&4; done <&3 &
        for i in 1 2 3 4 5; do echo "$i" >&3; read -r y <&4; echo "$y"; done
        echo stop >&3
        wait' - "$p" > "$BATS_TEST_TMPDIR/got"
    file_is "$BATS_TEST_TMPDIR/got" $'1\n4\n9\n16\n25'
}

@test "O_TRUNC on a read-write handle removes nothing" {
    push "$p" a
    perl -e 'open my $p, "+>", $ARGV[0] or die "$!"' "$p"
    equal "$(pull "$p")" a
}

@test "socat copies a pipe through a read-write handle" {
    push "$p" a
    start "$BATS_TEST_TMPDIR/got" socat -u "OPEN:$p" STDOUT
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" a
    echo b | within 10 socat -u STDIN "OPEN:$p,wronly"
    equal "$(snapshot "$p")" $'a\nb'
}
