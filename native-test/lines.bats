#!/usr/bin/env bats
# Lines: how bytes that are written become messages.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "two processes that write one line's halves through one redirection push one message" {
    { /bin/printf a; /bin/printf 'b\n'; } > "$p"
    equal "$(kcat_sizes "$name")" 2
    equal "$(pull "$p")" ab
}

@test "a line that is written in parts through one open file is one message" {
    bash -c 'exec 3> "$1"; printf a >&3; printf b >&3; printf "c\nd" >&3; printf "e\n" >&3' - "$p"
    equal "$(pull "$p")" $'abc\nde'
    equal "$(kcat_sizes "$name")" "3 2"
}

@test "after printf abc > p the message is there" {
    for i in {1..20}; do
        printf 'abc%s' "$i" > "$p"
        equal "$(snapshot "$p" | tail -n 1)" "abc$i"
    done
    equal "$(kcat_consume "$name" | wc -l)" 20
}

@test "a last part becomes a message of its own, and the next open starts another" {
    printf 'a\nb' > "$p"
    printf 'c\n' > "$p"
    equal "$(pull "$p")" $'a\nb\nc'
}

@test "a part is held while the pipe stays open" {
    exec 5> "$p"
    printf 'half' >&5
    equal "$(snapshot "$p" | wc -c)" 0
    printf ' and half\n' >&5
    equal "$(snapshot "$p")" "half and half"
    exec 5>&-
}

@test "fsync does not cut a line" {
    perl -MIO::Handle -e 'open my $p, ">", $ARGV[0] or die; for (qw(a b c)) { syswrite $p, $_ or die; $p->sync or die "$!" }
        syswrite $p, "\n" or die; close $p or die' "$p"
    equal "$(kcat_sizes "$name")" 3
}

@test "closing one of two duplicates does not cut a line" {
    bash -c 'exec 5> "$1" 6>&5; printf a >&5; exec 5>&-; printf "b\n" >&6; exec 6>&-' - "$p"
    equal "$(pull "$p")" ab
}

@test "a child that closes does not cut its parent's line" {
    bash -c 'exec 5> "$1"; printf a >&5; /bin/true; (:); /bin/printf b >&5; printf "c\n" >&5' - "$p"
    equal "$(pull "$p")" abc
}

@test "subshells that write parts in turn make one line" {
    bash -c '( printf a; ( printf b; /bin/printf c ); printf "d\n" ) > "$1"' - "$p"
    equal "$(pull "$p")" abcd
}

@test "a part is pushed when its writer has closed, though a background child still has the pipe open" {
    bash -c '{ sleep 30 & echo $! > "$2"; printf abc; } > "$1"' - "$p" "$BATS_TEST_TMPDIR/sleeper"
    cat "$BATS_TEST_TMPDIR/sleeper" >> "$BATS_TEST_TMPDIR/started"
    equal "$(snapshot "$p")" abc
}

# What is in the pipe now.
pipe_is() { equal "$(snapshot "$p")" "$1"; }

# 2.4: nobody can tell which of its two open files the process still has, until the kernel says that one is gone.
@test "a part is pushed by the last close though its process has the same pipe open a second time" {
    exec 5> "$p" 6> "$p"
    printf half >&5
    exec 5>&-
    eventually 10 pipe_is half
    printf 'other\n' >&6
    equal "$(snapshot "$p")" $'half\nother'
    exec 6>&-
}

@test "every byte value comes through, as message and as line" {
    perl -e 'print map { $_ == 10 ? () : chr } 0 .. 255; print "\n"' > "$BATS_TEST_TMPDIR/line"
    cat "$BATS_TEST_TMPDIR/line" > "$p"
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/line"
    kcat_consume "$name" > "$BATS_TEST_TMPDIR/kcat"
    same_bytes "$BATS_TEST_TMPDIR/kcat" "$BATS_TEST_TMPDIR/line"
    equal "$(kcat_sizes "$name")" 255
}

@test "NUL bytes, carriage returns and invalid UTF-8 are kept" {
    printf 'a\0b\r\n\0\n\xff\xfe\xc3\n' > "$BATS_TEST_TMPDIR/lines"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/lines"
    equal "$(kcat_sizes "$name")" "4 1 3"
}

@test "a line of 900 KB is one message, in one write and in many" {
    { head -c 900000 /dev/zero | tr '\0' x && echo; } > "$BATS_TEST_TMPDIR/line"
    dd if="$BATS_TEST_TMPDIR/line" of="$p" bs=2M status=none
    dd if="$BATS_TEST_TMPDIR/line" of="$p" bs=1000 status=none
    equal "$(kcat_sizes "$name")" "900000 900000"
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    cat "$BATS_TEST_TMPDIR/line" "$BATS_TEST_TMPDIR/line" > "$BATS_TEST_TMPDIR/want"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/want"
}

@test "a line that is longer than the topic accepts is refused whole" {
    push "$p" before
    { head -c 3000000 /dev/zero | tr '\0' x && echo; } > "$BATS_TEST_TMPDIR/line"
    fails_with "$(errno EMSGSIZE)" within 30 cp "$BATS_TEST_TMPDIR/line" "$p"
    fails_with "$(errno EMSGSIZE)" within 30 dd if="$BATS_TEST_TMPDIR/line" of="$p" bs=1M status=none
    push "$p" after
    equal "$(pull "$p")" $'before\nafter'
}

@test "a too long last part without its line feed is refused too" {
    touch "$p"
    head -c 3000000 /dev/zero | tr '\0' x > "$BATS_TEST_TMPDIR/line"
    fails_with "$(errno EMSGSIZE)" within 30 cp "$BATS_TEST_TMPDIR/line" "$p"
    equal "$(snapshot "$p" | wc -c)" 0
}

@test "a program that goes on after a short count of a too long line gets EMSGSIZE, and no part of it is pushed" {
    # The kernel cuts a write(2) into requests of 128 KiB: here the last one has the end of the line in it.
    for mode in '>' '>>'; do
        equal "$(within 20 perl -e '
            use Errno qw(EMSGSIZE);
            open my $p, $ARGV[0], $ARGV[1] or die "$!";
            my $all = "x" x 1048530 . "\nabc\n";
            my $n = syswrite $p, $all;
            die "taken: $n" unless defined $n && $n > 0 && $n < 1048530;
            defined syswrite $p, substr $all, $n and die "the rest was taken";
            die "$!" unless $!{EMSGSIZE};
            print syswrite $p, "def\n"' "$mode" "$p")" 4
    done
    equal "$(snapshot "$p")" $'def\ndef'
}

@test "good lines before a too long one are a short count, then comes EMSGSIZE" {
    kafka create "$name" 1 max.message.bytes=1000
    equal "$(within 30 perl -MErrno=EMSGSIZE -e '
        open my $p, ">", $ARGV[0] or die;
        my $n = syswrite $p, "one\ntwo\n" . "x" x 5000 . "\n";
        my $m = syswrite $p, "x" x 4000 . "\n";
        print "$n ", defined $m ? "and no error" : $!{EMSGSIZE} ? "EMSGSIZE" : "$!"' "$p")" "8 EMSGSIZE"
    equal "$(pull "$p")" $'one\ntwo'
}

@test "the longest line that a topic accepts is accepted, whatever its neighbours" {
    kafka create "$name" 1 max.message.bytes=2000
    for size in 1 500 1000 1500 1800; do
        head -c "$size" /dev/zero | tr '\0' x
        echo
    done > "$BATS_TEST_TMPDIR/lines"
    for _ in 1 2 3; do cat "$BATS_TEST_TMPDIR/lines" "$BATS_TEST_TMPDIR/lines"; done > "$p"
    equal "$(kcat_sizes "$name" | tr ' ' '\n' | sort -n | uniq -c | awk '{ print $1 "x" $2 }' | xargs)" \
        "6x1 6x500 6x1000 6x1500 6x1800"
}

@test "bytes that are written one at a time make the same lines" {
    random_lines 5000 "$BATS_TEST_TMPDIR/lines"
    dd if="$BATS_TEST_TMPDIR/lines" of="$p" bs=1 status=none
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/lines"
}

@test "in a container with process numbers of its own a last part becomes a message, and a line in parts stays one" {
    # The daemon cannot tell who has the pipe open there, so a part waits for the last close of all.
    local contained=(unshare --pid --fork --mount-proc)
    ((EUID == 0)) || contained=(unshare --map-root-user --pid --fork --mount-proc)
    within 10 "${contained[@]}" bash -c 'printf abc > "$1"' - "$p"
    eventually 10 pushed abc
    within 10 "${contained[@]}" bash -c '{ /bin/printf a; /bin/printf "b\n"; } > "$1"' - "$p"
    eventually 10 pushed $'abc\nab'
    within 10 "${contained[@]}" bash -c 'exec 3> "$1"; (printf x >&3); (printf y >&3); printf "z\n" >&3' - "$p"
    eventually 10 pushed $'abc\nab\nxyz'
}

pushed() {
    equal "$(snapshot "$p")" "$1"
}
