#!/usr/bin/env bats
# The life of a mount: how it starts, how it ends, and what is left after each end.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "a mount can be used as soon as the command has returned, 5 of 5 times" {
    push "$p" x
    for _ in {1..5}; do
        dir=$(mount_pipes again)
        equal "$(pull "$dir/$name")" x
        within 30 "$DNPIPES" umount "$dir"
        released "$dir"
    done
}

@test "umount returns when nothing is mounted and no process is left" {
    dir=$(mount_pipes b)
    push "$dir/$name" x
    within 30 "$DNPIPES" umount "$dir"
    released "$dir"
    equal "$(pull "$p")" x
}

@test "the shell's command substitution of 'mount' returns, and the daemon keeps none of its files" {
    dir=$BATS_FILE_TMPDIR/mnt/substitution
    mkdir -p "$dir"
    echo "$dir" >> "$BATS_FILE_TMPDIR/mounts"
    within 60 bash -c 'said=$(DNPIPES_TEST_MOUNT=$3 "$1" mount --bootstrap-servers "$2" "$3" 2>&1)' - "$DNPIPES" "$BROKER" "$dir"
    mounted "$dir"
    daemon=$(daemon_pid "$dir")
    for fd in 0 1 2; do
        [[ $(readlink "/proc/$daemon/fd/$fd") != *"$BATS_RUN_TMPDIR/"*/substitution* ]]
        [[ $(readlink "/proc/$daemon/fd/$fd") != pipe:* ]] || fail "the daemon holds a pipe at $fd"
        [[ $(readlink "/proc/$daemon/fd/$fd") != /dev/pts/* ]] || fail "the daemon holds a terminal at $fd"
    done
    equal "$(ps -o tty= -p "$daemon" | tr -d ' ')" "?" "the daemon's terminal"
    equal "$(ps -o sid=,pgid= -p "$daemon" | xargs)" "$daemon $daemon" "its session and group"
}

@test "a lock that the caller holds while it mounts is not kept by the daemon" {
    dir=$BATS_FILE_TMPDIR/mnt/locked
    mkdir -p "$dir"
    for fd in 9 10 11 200; do
        bash -c 'eval "exec $1> $2/lock" && flock -n "$1" && shift 2 && exec "$@"' - "$fd" "$BATS_TEST_TMPDIR" \
            env DNPIPES_TEST_MOUNT="$dir" "$DNPIPES" mount --bootstrap-servers "$BROKER" "$dir" < /dev/null 3>&-
        echo "$dir" >> "$BATS_FILE_TMPDIR/mounts"
        flock -n "$BATS_TEST_TMPDIR/lock" true || fail "file $fd is open"
        push "$dir/$name" x
        unmount "$dir"
    done
}

@test "Ctrl-C while it mounts reaches launcher and daemon, and leaves nothing mounted" {
    dir=$BATS_FILE_TMPDIR/mnt/early
    mkdir -p "$dir"
    for pause in 100 400 700 1000; do
        DNPIPES_TEST_MOUNT=$dir start "$BATS_TEST_TMPDIR/said" setsid --wait "$DNPIPES" mount --bootstrap-servers "$BROKER" "$dir"
        nap "$pause"
        group=$(marked "DNPIPES_TEST_MOUNT=$dir" | xargs -r ps -o pgid= -p | sort -u | grep -vx " *$(ps -o pgid= -p "$$" | tr -d ' ')" | head -n 1 | tr -d ' ')
        kill -INT -- "-$group"
        ends_within 10000 "$pid"
        # A fast machine may have mounted before.
        ((status != 0)) || daemon_log "$dir" | grep "is mounted at $dir" || fail "status 0, but nothing was mounted"
        eventually 15 released "$dir"
    done
}

@test "SIGTERM and SIGINT end the daemon, with readers blocked and writers open, and lose nothing" {
    for signal in TERM INT; do
        dir=$(mount_pipes "ends-$signal")
        exec 5> "$dir/$name-$signal"
        printf 'a\nb\n' >&5
        start "$BATS_TEST_TMPDIR/got-$signal" cat "$dir/$name-$signal@follow"
        eventually 10 file_is "$BATS_TEST_TMPDIR/got-$signal" $'a\nb'
        kill "-$signal" "$(daemon_pid "$dir")"
        eventually 15 released "$dir"
        ends_within 5000 "$pid"
        { exec 5>&-; } 2> /dev/null || true
        equal "$(snapshot "$p-$signal")" $'a\nb'
    done
}

@test "lines of a burst that were written before SIGTERM are there, or the writer was told" {
    dir=$(mount_pipes burst)
    touch "$p"
    start "$BATS_TEST_TMPDIR/written" perl -e '
        my $n = 0; open my $p, ">>", $ARGV[0] or die;
        while (defined syswrite $p, $n + 1 . "\n") { $n++; print STDERR "busy\n" if $n == 1000 }
        my $told = close $p ? "" : "told"; print "$n $told"' "$dir/$name"
    eventually 20 grep -q busy "$BATS_TEST_TMPDIR/written.err"
    kill -TERM "$(daemon_pid "$dir")"
    eventually 15 released "$dir"
    ends_within 10000 "$pid"
    snapshot "$p" > "$BATS_TEST_TMPDIR/got"
    count=$(lines_in "$BATS_TEST_TMPDIR/got")
    read -r written told < "$BATS_TEST_TMPDIR/written" || true
    figure "$written lines were written, $count are stored${told:+, which the writer was told}"
    equal "$(cksum < "$BATS_TEST_TMPDIR/got")" "$(seq 1 "$count" | cksum)"
    [[ $told ]] || ((count >= written)) || fail "lines were lost"
}

@test "after kill -9 of the daemon callers get an error at once, and the same command mounts again" {
    for _ in 1 2 3; do
        dir=$(mount_pipes killed)
        push "$dir/$name" x
        start "$BATS_TEST_TMPDIR/got" cat "$dir/$name@follow"
        eventually 10 grep -q x "$BATS_TEST_TMPDIR/got"
        eventually 10 blocked "$pid"
        kill -KILL "$(daemon_pid "$dir")"
        ends_within 5000 "$pid"
        ((status != 0)) || fail "cat was told that this is the end"
        eventually 10 no_daemon "$dir"
    done
    dir=$(mount_pipes killed)
    equal "$(pull "$dir/$name")" $'x\nx\nx'
}

@test "fusermount -u with open files is busy, and unmounts when they are closed" {
    dir=$(mount_pipes busy)
    exec 5> "$dir/$name"
    fails_with "busy" fusermount -u "$dir"
    echo x >&5
    exec 5>&-
    eventually 5 fusermount -u "$dir"
    eventually 15 released "$dir"
    equal "$(snapshot "$p")" x
}

@test "fusermount -uz with open files ends the daemon" {
    dir=$(mount_pipes lazy)
    touch "$dir/$name"
    exec 5> "$dir/$name"
    echo x >&5
    start "$BATS_TEST_TMPDIR/got" cat "$dir/$name@follow"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" x
    fusermount -uz "$dir"
    eventually 15 released "$dir"
    ends_within 5000 "$pid"
    { exec 5>&-; } 2> /dev/null || true
    equal "$(snapshot "$p")" x
}

@test "the system's umount unmounts, and the daemon ends" {
    [[ $(id -u) == 0 ]] || return 0
    dir=$(mount_pipes system)
    push "$dir/$name" x
    umount "$dir"
    eventually 15 released "$dir"
}

@test "mounted again at once after umount, it stays mounted: the daemon before does not take it for its own" {
    [[ $(id -u) == 0 ]] || return 0
    dir=$(mount_pipes swift)
    for _ in {1..4}; do
        umount "$dir"
        mount_pipes swift > /dev/null
    done
    eventually 15 one_daemon "$dir"
    mounted "$dir"
    push "$dir/$name" x
}

one_daemon() {
    equal "$(marked "DNPIPES_TEST_MOUNT=$1" | wc -l)" 1 "the number of daemons"
}

@test "umount -f with open files is refused, and ends the daemon: what was begun is stored, and other mounts see the end" {
    [[ $(id -u) == 0 ]] || return 0
    dir=$(mount_pipes forced)
    push "$p" x
    exec 5>> "$dir/$name"
    printf half >&5
    start "$BATS_TEST_TMPDIR/got" cat "$p"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" x
    eventually 10 blocked "$pid"
    fails_with "busy" umount -f "$dir"
    eventually 10 released "$dir"
    # The lease would be over after 30 s.
    ends_within 10000 "$pid"
    equal "$status" 0
    { exec 5>&-; } 2> /dev/null || true
    file_is "$BATS_TEST_TMPDIR/got" $'x\nhalf'
}

@test "mount -f stays in front, serves, and ends on Ctrl-C" {
    dir=$BATS_FILE_TMPDIR/mnt/front
    mkdir -p "$dir"
    echo "$dir" >> "$BATS_FILE_TMPDIR/mounts"
    start "$BATS_TEST_TMPDIR/said" env DNPIPES_TEST_MOUNT="$dir" "$DNPIPES" mount -f --bootstrap-servers "$BROKER" "$dir"
    eventually 30 mounted "$dir"
    eventually 10 bash -c 'echo x > "$1"' - "$dir/$name"
    alive "$pid"
    equal "$(pull "$dir/$name")" x
    kill -INT "$pid"
    ends_within 15000 "$pid"
    ((status == 0 || status == 130)) || fail "status $status"
    released "$dir"
}

@test "the mount is of type fuse.dnpipes" {
    equal "$(awk -v dir="$A" '$5 == dir { sub(/.* - /, ""); print $1 }' /proc/self/mountinfo)" fuse.dnpipes
}

@test "two daemons serve two mount points of one host, and one's end does not disturb the other" {
    one=$(mount_pipes one)
    two=$(mount_pipes two)
    [[ $(daemon_pid "$one") != $(daemon_pid "$two") ]]
    push "$one/$name" x
    kill -KILL "$(daemon_pid "$one")"
    eventually 10 no_daemon "$one"
    equal "$(pull "$two/$name")" x
    ! mounted "$one" || fusermount -uz "$one"
}

@test "a mount point with blanks and other unusual characters works" {
    dir="$BATS_FILE_TMPDIR/mnt/a b\"c'd"
    mkdir -p "$dir"
    within 60 env DNPIPES_TEST_MOUNT="$BATS_TEST_TMPDIR/odd" "$DNPIPES" mount --bootstrap-servers "$BROKER" "$dir" < /dev/null > "$BATS_TEST_TMPDIR/said" 2>&1
    push "$dir/$name" x
    equal "$(pull "$p")" x
    within 30 "$DNPIPES" umount "$dir"
    eventually 15 no_daemon "$BATS_TEST_TMPDIR/odd"
}

@test "a relative mount point and one through a symbolic link work" {
    dir=$BATS_FILE_TMPDIR/mnt/relative
    mkdir -p "$dir"
    ln -s "$dir" "$BATS_TEST_TMPDIR/link"
    echo "$dir" >> "$BATS_FILE_TMPDIR/mounts"
    within 60 bash -c 'cd "$(dirname "$3")" && DNPIPES_TEST_MOUNT=$3 "$1" mount --bootstrap-servers "$2" relative' - "$DNPIPES" "$BROKER" "$dir" < /dev/null
    mounted "$dir"
    (cd "$BATS_FILE_TMPDIR/mnt" && within 30 "$DNPIPES" umount relative)
    released "$dir"
    within 60 env DNPIPES_TEST_MOUNT="$dir" "$DNPIPES" mount --bootstrap-servers "$BROKER" "$BATS_TEST_TMPDIR/link" < /dev/null
    mounted "$dir"
    within 30 "$DNPIPES" umount "$BATS_TEST_TMPDIR/link"
    released "$dir"
}

@test "umount ends the pipes alone where they are mounted upon another file system" {
    [[ $(id -u) == 0 ]] || return 0
    dir=$BATS_FILE_TMPDIR/mnt/upon
    mkdir -p "$dir"
    mount -t tmpfs none "$dir"
    mount_pipes upon
    began=$(now_ms)
    within 30 "$DNPIPES" umount "$dir"
    took=$(($(now_ms) - began))
    left=$(findmnt -n -o FSTYPE "$dir")
    umount "$dir"
    equal "$left" tmpfs "what is left there"
    ((took < 8000)) || fail "it took $took ms"
    released "$dir"
}
