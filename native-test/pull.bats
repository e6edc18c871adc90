#!/usr/bin/env bats
# Pulling: what readers get, by the tools that people use to read.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "reading removes nothing: each reader gets every message from the first" {
    push "$p" a b c
    for _ in 1 2 3; do
        equal "$(pull "$p")" $'a\nb\nc'
    done
}

@test "two readers at once have positions of their own" {
    push "$p" a b c
    equal "$(within 20 bash -c 'exec 5< "$1" 6< "$1"; read x <&5; read y <&5; read z <&6; echo "$x $y $z"' - "$p")" "a b a"
}

@test "an empty pipe reads as nothing in a snapshot" {
    touch "$p"
    equal "$(snapshot "$p" | wc -c)" 0
}

@test "while read in bash and dash sees each line once" {
    push "$p" one two three
    for shell in bash dash; do
        equal "$(within 20 "$shell" -c 'while read -r x; do echo "<$x>"; done < "$1"' - "$p")" $'<one>\n<two>\n<three>'
    done
}

@test "read -r in several steps from one redirection goes on where it was" {
    push "$p" one two three
    equal "$(within 20 bash -c '{ read -r a; read -r b; read -r c; } < "$1"; echo "$c$b$a"' - "$p")" threetwoone
}

@test "grep, sed, awk, sort, head, wc -l, mapfile and perl read to the end" {
    seq 1 1000 > "$p"
    equal "$(within 20 grep -c 7 "$p")" 271
    equal "$(within 20 sed -n '$p' "$p")" 1000
    equal "$(within 20 awk '{ s += $1 } END { print s }' "$p")" 500500
    equal "$(within 20 sort -rn "$p" | head -n 1)" 1000
    equal "$(within 20 head -n 2 "$p")" $'1\n2'
    equal "$(within 20 wc -l < "$p")" 1000
    equal "$(within 20 bash -c 'mapfile -t m < "$1"; echo "${#m[@]} ${m[999]}"' - "$p")" "1000 1000"
    equal "$(within 20 perl -ne '$n++; END { print $n }' "$p")" 1000
}

@test "python reads a pipe as it reads a file" {
    [[ -x /usr/bin/python3 ]] || skip "no python3"
    seq 1 1000 > "$p"
    equal "$(within 20 /usr/bin/python3 -c 'import sys; print(sum(map(int, open(sys.argv[1]))))' "$p")" 500500
}

@test "busybox cat, which copies by sendfile, shows the content" {
    random_lines 400000 "$BATS_TEST_TMPDIR/lines"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    within 20 busybox cat "$p" > "$BATS_TEST_TMPDIR/got"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/lines"
}

@test "cp p FILE copies the content" {
    random_lines 400000 "$BATS_TEST_TMPDIR/lines"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    within 20 cp "$p" "$BATS_TEST_TMPDIR/got"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/lines"
}

@test "an earlier position reads the same bytes again" {
    random_lines 300000 "$BATS_TEST_TMPDIR/lines"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    for skip in 0 1 4095 4096 131072 250000 131071 17; do
        within 20 dd if="$p@snapshot" bs=1000 count=20 iflag=skip_bytes,fullblock skip="$skip" status=none > "$BATS_TEST_TMPDIR/got"
        tail -c "+$((skip + 1))" "$BATS_TEST_TMPDIR/lines" | head -c 20000 > "$BATS_TEST_TMPDIR/want"
        same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/want"
    done
}

@test "one open file can be read at random positions" {
    random_lines 300000 "$BATS_TEST_TMPDIR/lines"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    within 60 perl -e '
        open my $p, "<:raw", $ARGV[0] or die; open my $f, "<:raw", $ARGV[1] or die; srand 7;
        for (1 .. 200) {
            my ($at, $size) = (int rand 300000, 1 + int rand 9000);
            sysseek $p, $at, 0 or die "seek: $!" if $at; sysseek $f, $at, 0 if $at;
            next unless $at;
            my $n = sysread $p, my $got, $size; defined $n or die "read: $!";
            sysread $f, my $want, $n;
            die "other bytes at $at" if $got ne $want or !$n;
        }' "$p@snapshot" "$BATS_TEST_TMPDIR/lines"
}

@test "read returns what is there, without waiting for more, while a writer is there" {
    exec 5> "$p"
    printf 'abc\n' >&5
    equal "$(within 10 dd if="$p" bs=1M count=1 status=none)" abc
    exec 5>&-
}

@test "a big read that empties the pipe does not wait for more" {
    exec 5> "$p"
    for size in 131072 262144 393216; do
        { head -c $((size - 1)) /dev/zero | tr '\0' x && echo; } > "$BATS_TEST_TMPDIR/lines"
        cat "$BATS_TEST_TMPDIR/lines" >&5
        got=$(within 10 dd if="$p" bs=1M count=1 status=none | wc -c)
        ((got >= size - 1)) || fail "a read of 1 MiB got $got of $size bytes"
        truncate -s 0 "$p"
    done
    exec 5>&-
}

@test "an empty pipe makes its reader wait, and the first push wakes it" {
    touch "$p"
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    eventually 10 blocked "$pid"
    echo hello > "$p"
    ends_within 10000 "$pid"
    equal "$status" 0
    file_is "$BATS_TEST_TMPDIR/got" hello
}

@test "every one of 30 waiting readers gets every message" {
    touch "$p"
    pids=()
    for i in {1..30}; do
        start "$BATS_TEST_TMPDIR/got-$i" cat "$p"
        pids+=("$pid")
    done
    for pid in "${pids[@]}"; do
        eventually 10 blocked "$pid"
    done
    seq 1 2000 > "$p"
    for i in {1..30}; do
        ends_within 10000 "${pids[i - 1]}"
        equal "$(cksum < "$BATS_TEST_TMPDIR/got-$i")" "$(seq 1 2000 | cksum)" "what reader $i got"
    done
}

@test "a message with a null value reads as an empty line" {
    kafka create "$name" 1
    kafka send "$name" a NULL b
    equal "$(pull "$p")" $'a\n\nb'
}

@test "a message that holds line feeds reads as several lines" {
    push "$p" a
    printf 'b\nc' > "$BATS_TEST_TMPDIR/message"
    kcat -P -b "$BROKER" -t "$name" -p 0 "$BATS_TEST_TMPDIR/message"
    equal "$(kcat_sizes "$name")" "1 3"
    equal "$(pull "$p")" $'a\nb\nc'
}

@test "messages of an aborted transaction are not shown, and its traces do not stop a reader" {
    push "$p" before
    kafka transaction "$name" abort lost1 lost2 < /dev/null
    push "$p" after
    kafka transaction "$name" commit kept < /dev/null
    equal "$(pull "$p")" $'before\nafter\nkept'
    equal "$(wc -c < "$p")" 18
}

@test "a pipe that ends with an aborted transaction has an end" {
    push "$p" before
    kafka transaction "$name" abort lost < /dev/null
    equal "$(pull "$p")" before
    equal "$(snapshot "$p")" before
    equal "$(tail -n 1 "$p")" before
}

@test "plain readers wait for an open transaction, seeking readers and sizes stop before it" {
    push "$p" before
    mkfifo "$BATS_TEST_TMPDIR/go"
    kafka transaction "$name" commit inside < "$BATS_TEST_TMPDIR/go" > "$BATS_TEST_TMPDIR/state" 3>&- &
    echo $! >> "$BATS_TEST_TMPDIR/started"
    exec 5> "$BATS_TEST_TMPDIR/go"
    eventually 30 file_is "$BATS_TEST_TMPDIR/state" open
    equal "$(within 20 tail -n 5 "$p")" before
    equal "$(stat -c %s "$p")" 7
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    plain=$pid
    start "$BATS_TEST_TMPDIR/snapshot" cat "$p@snapshot"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" before
    eventually 10 file_is "$BATS_TEST_TMPDIR/snapshot" before
    stays 500 alive "$plain"
    alive "$pid"
    exec 5>&-
    ends_within 20000 "$plain"
    ends_within 20000 "$pid"
    file_is "$BATS_TEST_TMPDIR/got" $'before\ninside'
    file_is "$BATS_TEST_TMPDIR/snapshot" $'before\ninside'
}

@test "with -o isolation=read_uncommitted transactions make no difference" {
    dir=$(mount_pipes uncommitted -o isolation=read_uncommitted)
    push "$p" before
    kafka transaction "$name" abort aborted < /dev/null
    equal "$(pull "$dir/$name")" $'before\naborted'
    equal "$(pull "$p")" before
}
