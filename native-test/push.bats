#!/usr/bin/env bats
# Pushing: what a write to a pipe does, by the tools that people use to write.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "echo > p and echo >> p push a line each, and cat p shows both" {
    echo a > "$p"
    echo b >> "$p"
    equal "$(pull "$p")" $'a\nb'
}

@test "echo > p keeps the messages that are there" {
    push "$p" one two
    echo three > "$p"
    : > "$p"
    equal "$(pull "$p")" $'one\ntwo\nthree'
}

@test "each line becomes one message, without its line feed" {
    printf 'a\nbcd\n\nef\n' > "$p"
    equal "$(kcat_sizes "$name")" "1 3 0 2"
}

@test "an empty line is an empty message" {
    printf '\n' > "$p"
    echo >> "$p"
    equal "$(kcat_sizes "$name")" "0 0"
    equal "$(pull "$p" | wc -l)" 2
}

@test "a message has no key and no headers" {
    echo x > "$p"
    equal "$(kcat -C -q -e -b "$BROKER" -t "$name" -o beginning -f '%K|%h|%s')" "-1||x"
}

@test "a push is stored when the write returns, while the pipe stays open" {
    exec 5> "$p"
    for i in {1..50}; do
        echo "$i" >&5
        equal "$(snapshot "$p" | tail -n 1)" "$i"
    done
    exec 5>&-
}

@test "fsync and close wait for every line before them" {
    seq 1 20000 > "$BATS_TEST_TMPDIR/lines"
    dd if="$BATS_TEST_TMPDIR/lines" of="$p" bs=100 conv=fsync status=none
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/lines"
}

@test "a burst of single-line writes arrives whole and in order" {
    perl -e 'open my $p, ">", $ARGV[0] or die; syswrite $p, "$_\n" or die "$!" for 1 .. 5000; close $p or die "$!"' "$p"
    equal "$(snapshot "$p" | cksum)" "$(seq 1 5000 | cksum)"
}

@test "O_SYNC and O_DSYNC writers push the same lines" {
    seq 1 300 | dd of="$p" bs=4 oflag=sync status=none
    seq 301 600 | dd of="$p" bs=4 oflag=dsync,append conv=notrunc status=none
    equal "$(snapshot "$p" | cksum)" "$(seq 1 600 | cksum)"
}

@test "tee and tee -a push, also onto several pipes" {
    printf 'x\ny\n' | tee "$p" > /dev/null
    echo z | tee -a "$p" "$p-2" > /dev/null
    equal "$(pull "$p")" $'x\ny\nz'
    equal "$(pull "$p-2")" z
}

@test "cp FILE p pushes the lines of the file behind those that are there" {
    echo first > "$p"
    seq 1 1000 > "$BATS_TEST_TMPDIR/lines"
    cp "$BATS_TEST_TMPDIR/lines" "$p"
    equal "$(pull "$p" | cksum)" "$({ echo first && seq 1 1000; } | cksum)"
}

@test "cp -p FILE p succeeds" {
    seq 1 10 > "$BATS_TEST_TMPDIR/lines"
    cp -p "$BATS_TEST_TMPDIR/lines" "$p"
    cp -p "$BATS_TEST_TMPDIR/lines" "$p"
    equal "$(pull "$p" | wc -l)" 20
}

@test "cat p > q and cp p q push one pipe's messages into another" {
    random_lines 300000 "$BATS_TEST_TMPDIR/lines"
    cat "$BATS_TEST_TMPDIR/lines" > "$p"
    within 20 cat "$p" > "$p-2"
    within 20 cp "$p" "$p-3"
    snapshot "$p-2" > "$BATS_TEST_TMPDIR/got-2"
    snapshot "$p-3" > "$BATS_TEST_TMPDIR/got-3"
    same_bytes "$BATS_TEST_TMPDIR/got-2" "$BATS_TEST_TMPDIR/lines"
    same_bytes "$BATS_TEST_TMPDIR/got-3" "$BATS_TEST_TMPDIR/lines"
}

@test "mv FILE onto a missing pipe creates it, pushes, and removes the file" {
    seq 1 10 > "$BATS_TEST_TMPDIR/lines"
    mv "$BATS_TEST_TMPDIR/lines" "$p"
    [[ ! -e $BATS_TEST_TMPDIR/lines ]]
    equal "$(pull "$p" | cksum)" "$(seq 1 10 | cksum)"
}

@test "mv FILE onto a pipe with messages fails, and harms neither" {
    push "$p" kept
    echo new > "$BATS_TEST_TMPDIR/lines"
    fails_with "Operation not permitted" mv -f "$BATS_TEST_TMPDIR/lines" "$p"
    equal "$(cat "$BATS_TEST_TMPDIR/lines")" new
    equal "$(pull "$p")" kept
}

@test "install FILE p pushes into a missing pipe and refuses to replace one with messages" {
    seq 1 10 > "$BATS_TEST_TMPDIR/lines"
    install "$BATS_TEST_TMPDIR/lines" "$p"
    equal "$(pull "$p" | cksum)" "$(seq 1 10 | cksum)"
    fails_with "Operation not permitted" install "$BATS_TEST_TMPDIR/lines" "$p"
    equal "$(pull "$p" | cksum)" "$(seq 1 10 | cksum)"
}

@test "sort -o p appends the sorted lines and resets nothing" {
    echo kept > "$p"
    printf 'c\na\nb\n' | sort -o "$p"
    equal "$(pull "$p")" $'kept\na\nb\nc'
}

@test "split makes pipes of pieces, and keeps what they held" {
    seq 1 5 | split -l 2 - "$p-"
    equal "$(pull "$p-aa")" $'1\n2'
    equal "$(pull "$p-ac")" 5
    seq 6 7 | split -l 2 - "$p-"
    equal "$(pull "$p-aa")" $'1\n2\n6\n7'
}

@test "dd conv=sparse pushes zeros as they are" {
    { echo a && head -c 200000 /dev/zero && echo && echo z; } > "$BATS_TEST_TMPDIR/lines"
    dd if="$BATS_TEST_TMPDIR/lines" of="$p" bs=4096 conv=sparse status=none
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/lines"
}

@test "a handle opened for writing only is not seekable" {
    push "$p" a
    equal "$(perl -e 'open my $p, ">>", $ARGV[0] or die; print defined sysseek($p, 1, 0) ? "moved" : "$!"' "$p")" "Illegal seek"
    fails_with "Illegal seek" python3 -c 'import os, sys; os.pwrite(os.open(sys.argv[1], os.O_WRONLY), b"x", 5)' "$p"
    fails_with "" fallocate -l 100 "$p"
    equal "$(pull "$p")" a
}

@test "a push through a symbolic link to a pipe is a push" {
    ln -s "$p" "$BATS_TEST_TMPDIR/link"
    echo x > "$BATS_TEST_TMPDIR/link"
    equal "$(pull "$p")" x
}

@test "set -o noclobber refuses an existing pipe and pushes nothing" {
    push "$p" a
    fails_with "cannot overwrite" bash -c 'set -C; echo b > "$1"' - "$p"
    equal "$(pull "$p")" a
}

@test "awk, perl and python push by their own ways of writing" {
    awk -v p="$p" 'BEGIN { print "awk" > p; close(p) }'
    perl -e 'open my $p, ">>", $ARGV[0] or die; print $p "perl\n"; close $p or die' "$p"
    want=$'awk\nperl'
    if [[ -x /usr/bin/python3 ]]; then
        /usr/bin/python3 -c 'import sys; print("python", file=open(sys.argv[1], "a"))' "$p"
        want+=$'\npython'
    fi
    equal "$(pull "$p")" "$want"
}

@test "a mount with -o sync pushes the same lines" {
    dir=$(mount_pipes sync -o sync)
    seq 1 2000 | dd of="$dir/$name" bs=7 status=none
    equal "$(snapshot "$p" | cksum)" "$(seq 1 2000 | cksum)"
}
