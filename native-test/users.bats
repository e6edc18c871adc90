#!/usr/bin/env bats
# Users of one machine: who has access to a mount, and to what a daemon keeps. Root mounts, and nobody is the other one,
# so native-test/run leaves this suite out for anybody else.

load lib

setup_file() {
    ((EUID == 0)) || fail "this suite needs root, to be another user too" || return 1
    suite_start
    # As on any machine with udev.
    stat -c %a /dev/fuse > "$BATS_FILE_TMPDIR/modes"
    chmod 666 /dev/fuse
    A=$(mount_pipes a -o umask=0)
    # Those whose work folders the other user has to pass.
    local at=$BATS_FILE_TMPDIR/mnt
    until [[ $at == "${DNPIPES_TEST_RUN%/*}" || $at == / ]]; do
        chmod a+x "$at"
        at=${at%/*}
    done
    export A
}
teardown_file() {
    [[ ! -e $BATS_FILE_TMPDIR/modes ]] || chmod "$(cat "$BATS_FILE_TMPDIR/modes")" /dev/fuse
    suite_stop
}
setup() {
    test_start
    dir=$BATS_TEST_TMPDIR
}
teardown() { test_stop; }

NOBODY=65534
# A group that nobody is in by chance.
GROUP=54321

other() {
    within 30 setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups "$@"
}

member() {
    within 30 setpriv --reuid "$NOBODY" --regid "$NOBODY" --groups "$GROUP" "$@"
}

denied() {
    fails_with "Permission denied" "$@"
}

pushes() {
    "$1" bash -c 'echo "$2" >> "$1"' bash "$2" "$3"
}

#
# Access to mounts
#

@test "without allow_other another user has no access, whatever the modes say" {
    push "$p" one
    equal "$(stat -c %A "$p")" -rw-rw-rw-
    equal "$(other ls "${A%/*}" | grep -x "${A##*/}")" "${A##*/}" "what the other user sees beside the mount"
    denied other ls "$A"
    denied other stat "$p"
    denied other cat "$p"
    denied pushes other "$p" two
    denied other truncate -s 0 "$p"
    denied other touch "$A/$name-new"
    denied other getfattr -d "$p"
    equal "$(snapshot "$p")" one
}

@test "with allow_other the modes hold for another user, and for a member of the group" {
    push "$p" one
    O=$(mount_pipes o -o "allow_other,allow_delete,umask=027,gid=$GROUP")
    o=$O/$name
    denied other ls "$O"
    denied other cat "$o"
    denied pushes other "$o" two
    contains "$(member ls -l "$O")" "$name"
    equal "$(member cat "$o@snapshot")" one
    denied pushes member "$o" two
    denied member truncate -s 0 "$o"
    denied member touch "$O/$name-new"
    denied member rm -f "$o"
    equal "$(snapshot "$p")" one
    # Root may everything.
    push "$o" two
    equal "$(snapshot "$p")" $'one\ntwo'
}

@test "with allow_other and uid= the pipes are another user's" {
    push "$p" one
    U=$(mount_pipes u -o "allow_other,uid=$NOBODY,gid=$NOBODY,umask=077")
    pushes other "$U/$name" two
    equal "$(snapshot "$p")" $'one\ntwo'
    equal "$(other stat -c '%u %g %a' "$U/$name")" "$NOBODY $NOBODY 600"
    other test -w "$U/$name"
    ! other test -x "$U/$name" || fail "it can be executed"
    other truncate -s 0 "$U/$name"
    equal "$(snapshot "$p")" ""
    denied within 30 setpriv --reuid 65533 --regid 65533 --clear-groups cat "$U/$name"
}

@test "access(2) says that a pipe can be read and written and not executed, and a directory can be entered" {
    kafka create "$name-parts" 2
    push "$p" one
    for path in "$p" "$A/$name-parts/1"; do
        test -r "$path"
        test -w "$path"
        ! test -x "$path" || fail "$path can be executed"
    done
    test -x "$A"
    test -x "$A/$name-parts"
    equal "$(within 20 find "$A" -type f -executable)" ""
    equal "$(perl -e 'use POSIX; print POSIX::access($ARGV[0], X_OK) ? "yes" : $!' "$p")" "Permission denied"
    equal "$(perl -e 'use POSIX; print POSIX::access($ARGV[0], R_OK | W_OK) ? "yes" : $!' "$p")" yes
    fails_with "Permission denied" "$p"
    R=$(mount_pipes r -o ro)
    equal "$(perl -e 'use POSIX; print POSIX::access($ARGV[0], W_OK) ? "yes" : $!' "$R/$name")" "Read-only file system"
}

#
# Files of a daemon
#

# with_home DIR: all that XDG names is there.
with_home() {
    export HOME=$1 XDG_CONFIG_HOME=$1/config XDG_DATA_HOME=$1/data XDG_STATE_HOME=$1/state XDG_CACHE_HOME=$1/cache
    export XDG_RUNTIME_DIR=$1/run
    mkdir -p "$HOME"
    mkdir -m 700 "$XDG_RUNTIME_DIR"
}

@test "what a daemon makes is its user's alone, also with a umask of 0, which is the mount's all the same" {
    with_home "$dir/home"
    umask 0
    H=$(mount_pipes h)
    umask 022
    # Enough for an index to be kept, which is written at the last close.
    head -c 1500000 /dev/urandom | base64 > "$H/$name"
    made() {
        [[ -n $(find "$XDG_CACHE_HOME" -type f) && -n $(find "$XDG_STATE_HOME" -name '*.log') && -n $(find "$XDG_RUNTIME_DIR" -name '*.pid') ]]
    }
    eventually 20 made
    equal "$(find "$HOME" -mindepth 1 -perm /077)" "" "what others could use"
    equal "$(stat -c %A "$H/$name")" -rw-rw-rw-
    equal "$(stat -c %A "$H")" drwxrwxrwx
    equal "$(awk '/^Umask:/ { print $2 }' "/proc/$(daemon_pid "$H")/status")" 0077
}

@test "an embedded broker listens on loopback alone, and its files are its user's" {
    local data=$dir/data broker
    (umask 0 && exec "$DNPIPES" broker --data-dir "$data" > "$dir/address" 2> "$dir/err" < /dev/null 3>&-) &
    broker=$!
    echo "$broker" >> "$dir/started"
    eventually 60 test -s "$dir/address"
    BROKER=$(cat "$dir/address") kafka create "$name" 1
    run -0 ss -Hltnp
    run -0 awk -v pid="pid=$broker," 'index($0, pid) { gsub(/\[::ffff:|\]/, "", $4); print $4 }' <<< "$output"
    contains "$output" "$(cat "$dir/address")"
    ! grep -vE '^127\.0\.0\.1:[0-9]+$' <<< "$output" || fail "it listens elsewhere"
    equal "$(find "$data" -perm /077 | head -n 5)" "" "what others could use"
    denied other ls "$data"
}

# refused PART…: mounting fails with one line, and nothing is mounted.
refused() {
    local at=$BATS_FILE_TMPDIR/mnt/refused
    mkdir -p "$at"
    one_line_error 1 within 60 "$DNPIPES" mount --bootstrap-servers "$BROKER" "$at" || return 1
    not_mounted "$at" || fail "it is mounted" || return 1
    while (($#)); do
        contains "$output" "$1" || return 1
        shift
    done
}

@test "a directory of another user, or one that others can write to, is not used for what is kept" {
    with_home "$dir/home"
    (umask 077 && mkdir -p "$dir/mine" "$XDG_STATE_HOME/dnpipes")
    chown "$NOBODY" "$XDG_STATE_HOME/dnpipes"
    refused "directory $XDG_STATE_HOME/dnpipes belongs to nobody" "move it away"
    equal "$(ls -A "$XDG_STATE_HOME/dnpipes")" "" "what was written there"
    rmdir "$XDG_STATE_HOME/dnpipes"
    # A link leads to a directory of one's own: where others have chosen.
    ln -s "$dir/mine" "$XDG_STATE_HOME/dnpipes"
    chown -h "$NOBODY" "$XDG_STATE_HOME/dnpipes"
    refused "directory $XDG_STATE_HOME/dnpipes belongs to nobody"
    equal "$(ls -A "$dir/mine")" "" "what was written there"
    rm "$XDG_STATE_HOME/dnpipes"
    mkdir -m 777 "$XDG_STATE_HOME/dnpipes"
    chmod 777 "$XDG_STATE_HOME/dnpipes"
    refused "others can write to the directory $XDG_STATE_HOME/dnpipes" "chmod go-w"
    for data in "$dir/theirs" "$dir/open"; do
        mkdir -m 700 "$data"
    done
    chown "$NOBODY" "$dir/theirs"
    chmod 777 "$dir/open"
    one_line_error 1 within 60 "$DNPIPES" push --data-dir "$dir/theirs" "$name" < /dev/null
    contains "$output" "directory $dir/theirs belongs to nobody"
    one_line_error 1 within 60 "$DNPIPES" push --data-dir "$dir/open" "$name" < /dev/null
    contains "$output" "others can write to the directory $dir/open"
    equal "$(find "$dir/theirs" "$dir/open" -mindepth 1)" "" "what was written there"
}

@test "a runtime directory of another user is passed over, and his cache is neither read nor written" {
    with_home "$dir/home"
    chown "$NOBODY" "$XDG_RUNTIME_DIR"
    (umask 077 && mkdir -p "$XDG_CACHE_HOME/dnpipes/index")
    chown "$NOBODY" "$XDG_CACHE_HOME/dnpipes/index"
    H=$(mount_pipes h)
    head -c 1500000 /dev/urandom | base64 > "$H/$name"
    equal "$(ls -A "$XDG_RUNTIME_DIR")" "" "what was written there"
    equal "$(find "$XDG_STATE_HOME/dnpipes" -name '*.pid' | wc -l)" 1
    unmount "$H"
    equal "$(ls -A "$XDG_CACHE_HOME/dnpipes/index")" "" "what was written there"
    equal "$(find "$XDG_STATE_HOME/dnpipes" -name '*.pid')" ""
}

@test "umount ends no process that another user has written down" {
    with_home "$dir/home"
    H=$(mount_pipes h)
    local victim record
    start "$dir/victim" sleep 300
    victim=$pid
    record=$(find "$XDG_RUNTIME_DIR" -name '*.pid')
    echo "$victim $(date -d "$(ps -o lstart= -p "$victim")" +%s)" > "$record"
    # As far as such a record goes, it is good.
    chown "$NOBODY" "$XDG_RUNTIME_DIR/dnpipes"
    unmount "$H"
    alive "$victim"
}

#
# Mounts of another user
#

# mount_theirs NAME [OPTION…]: a mount of the other user. Prints the mount point.
mount_theirs() {
    local at=$BATS_FILE_TMPDIR/mnt/$1
    mkdir -p "$at" "$dir/theirs"
    chown "$NOBODY:$NOBODY" "${at%/*}" "$at" "$dir/theirs"
    chmod a+x "$dir"
    local DNPIPES_ON=(setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups env -u XDG_CONFIG_HOME -u XDG_DATA_HOME
        -u XDG_CACHE_HOME -u XDG_RUNTIME_DIR HOME="$dir/theirs" TMPDIR="$dir/theirs"
        XDG_STATE_HOME="$dir/theirs/state")
    mount_pipes "$@"
}

@test "root does not mount over what another user has mounted, and leaves it as it is" {
    theirs=$(mount_theirs live)
    denied ls "$theirs"
    one_line_error 1 within 60 "$DNPIPES" mount --bootstrap-servers "$BROKER" "$theirs"
    contains "$output" "$theirs is mounted already"
    pushes other "$theirs/$name" one
    equal "$(snapshot "$p")" one
}

@test "another user's mount is taken away by root's umount, also where the daemon does not answer" {
    theirs=$(mount_theirs stopped)
    daemon=$(daemon_pid "$theirs")
    kill -STOP "$daemon"
    within 30 "$DNPIPES" umount "$theirs"
    not_mounted "$theirs"
    kill -CONT "$daemon"
    eventually 15 released "$theirs"
}

terminated() {
    ((16#$(awk '/^ShdPnd/ { print $2 }' "/proc/$1/status") & 1 << 14))
}

@test "root's umount takes away another user's mount and no other one, wherever the path leads by then" {
    theirs=$(mount_theirs home/pipes)
    home=${theirs%/*}
    mkdir -p "$dir/victim/pipes"
    mount -t tmpfs none "$dir/victim/pipes"
    daemon=$(daemon_pid "$theirs")
    kill -STOP "$daemon"
    # So it finds what the daemon has written down.
    start "$dir/umount" env XDG_STATE_HOME="$dir/theirs/state" "$DNPIPES" umount "$theirs"
    eventually 20 terminated "$daemon"
    mv "$home" "$home-moved"
    ln -s "$dir/victim" "$home"
    ends_within 30000 "$pid" || true
    victim=$(findmnt -n -o FSTYPE "$dir/victim/pipes" || true)
    umount "$dir/victim/pipes" || true
    rm "$home"
    mv "$home-moved" "$home"
    kill -CONT "$daemon"
    eventually 15 released "$theirs"
    equal "$victim" tmpfs "what is mounted where the link leads"
    equal "$status" 1 "the status of umount ($(cat "$dir/umount.err"))"
    contains "$(cat "$dir/umount.err")" "something else is there"
}

# play_fusermount SCRIPT: what the other user has instead of fusermount, with the real one as $FUSERMOUNT.
play_fusermount() {
    FUSERMOUNT=$(command -v fusermount)
    export FUSERMOUNT
    mkdir "$dir/bin"
    printf '#!/bin/sh\n%s\n' "$1" > "$dir/bin/fusermount"
    chmod +x "$dir/bin/fusermount"
    ln -s fusermount "$dir/bin/fusermount3"
    chmod a+x "$dir" "$dir/bin"
}

# Does not find the daemon, so it is not asked.
umounts_theirs() {
    other env HOME="$dir/nowhere" XDG_STATE_HOME="$dir/nowhere" XDG_RUNTIME_DIR="$dir/nowhere" PATH="$dir/bin:$PATH" "$DNPIPES" umount "$1"
}

@test "a user's umount succeeds if the mount has gone by the time that fusermount looks for it" {
    theirs=$(mount_theirs raced)
    play_fusermount '"$FUSERMOUNT" "$@"; echo "not found in the table" >&2; exit 1'
    umounts_theirs "$theirs"
    eventually 15 released "$theirs"
}

@test "a user's umount passes on why fusermount could not unmount" {
    theirs=$(mount_theirs refused)
    play_fusermount 'echo "the reason" >&2; exit 1'
    one_line_error 1 umounts_theirs "$theirs"
    contains "$output" "cannot unmount $theirs: the reason"
}

@test "a user's daemon that is told to end unmounts, though the Java that it runs in was taken away in part" {
    java=$(readlink -f "$(command -v java)")
    cp -a "${java%/bin/java}" "$dir/java"
    theirs=$(JAVA_HOME=$dir/java mount_theirs removed)
    [[ $(readlink "/proc/$(daemon_pid "$theirs")/exe") == "$dir/java/bin/java" ]]
    rm "$dir/java/lib/jspawnhelper"
    kill -TERM "$(daemon_pid "$theirs")"
    eventually 15 released "$theirs"
}

# What another user gets of a pipe whose daemon can make no threads: answers or errors, but no silence.
tries() {
    for i in {1..10}; do
        cat "$1@snapshot"
        echo "x$i" >> "$1"
        ls "${1%/*}" > /dev/null
    done
    for i in {1..40}; do
        cat "$1-$i" &
    done
    wait
}

@test "a mount that may have no more threads refuses what it cannot serve, and goes on" {
    local theirs daemon most
    theirs=$(mount_theirs few)
    pushes other "$theirs/$name" first
    daemon=$(daemon_pid "$theirs")
    # It counts for users alone, not for root, and for all of a user's processes: so there is room for none.
    most=$(ulimit -Hu)
    other prlimit --pid "$daemon" --nproc=1:
    export -f tries
    other bash -c 'tries "$1"' - "$theirs/$name" > "$dir/few" 2>&1 || fail "it hangs: $(tail -n 3 "$dir/few")" || return 1
    alive "$daemon" || fail "the daemon died: $(their_log)" || return 1
    figure "with no thread left:" "$(grep -o 'first\|[A-Z][a-z/ ]*$' "$dir/few" | sort | uniq -c | tr -s ' \n' ' ')"
    other prlimit --pid "$daemon" "--nproc=$most:"
    eventually 60 serves_other "$theirs/$name"
    push "$A/$name" last
    equal "$(other tail -n 1 "$theirs/$name@snapshot")" last
    contains "$(their_log)" "is mounted at $theirs"
    ! grep -q "Exception\|Error\|bug in dnpipes" <<< "$(their_log)" || fail "$(their_log)"
}

# What the daemon of another user has to say.
their_log() {
    cat "$dir"/theirs/state/dnpipes/*.log
}

serves_other() {
    pushes other "$1" again && other cat "$1@snapshot" | grep -q again
}
