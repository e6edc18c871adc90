#!/usr/bin/env bats
# Names: what is listed, what can be created, and what is refused.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    B=$(mount_pipes b)
    export A B
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

EPERM="Operation not permitted"
EINVAL="Invalid argument"
ENOENT="No such file or directory"

# topic_exists NAME: for Kafka itself.
topic_exists() {
    kcat -L -J -b "$BROKER" | jq -e --arg t "$1" '.topics | any(.topic == $t)' > /dev/null
}

no_such_topic() {
    ! topic_exists "$1"
}

@test "touch makes a topic of one partition that every mount lists" {
    touch "$p"
    equal "$(ls "$B/$name")" "$B/$name"
    equal "$(kcat -L -J -b "$BROKER" -t "$name" | jq '.topics[0].partitions | length')" 1
    equal "$(snapshot "$p" | wc -c)" 0
}

@test "a pipe that was just created elsewhere can be used at once, on 50 of 50 tries" {
    for i in {1..50}; do
        touch "$p-$i"
        echo "$i" > "$B/$name-$i"
        equal "$(pull "$p-$i")" "$i"
    done
}

@test "created pipes keep their messages for ever" {
    touch "$p"
    equal "$(kafka settings "$name" cleanup.policy retention.ms retention.bytes)" \
        $'cleanup.policy=delete\nretention.ms=-1\nretention.bytes=-1'
}

@test "topic.… options are given to created topics" {
    dir=$(mount_pipes options -o topic.retention.ms=86400000,topic.max.message.bytes=5000 -o replication=1)
    touch "$dir/$name"
    equal "$(kafka settings "$name" cleanup.policy retention.ms retention.bytes max.message.bytes)" \
        $'cleanup.policy=delete\nretention.ms=86400000\nretention.bytes=-1\nmax.message.bytes=5000'
}

@test "touch of an existing pipe succeeds and changes nothing" {
    push "$p" a
    touch "$p"
    touch -d '2001-01-01' "$p"
    equal "$(pull "$p")" a
}

@test "reading, listing or stat-ing a missing name does not create it" {
    fails_with "$ENOENT" cat "$p"
    fails_with "$ENOENT" ls "$p"
    fails_with "$ENOENT" stat "$p"
    fails_with "$ENOENT" touch -a "$p/0"
    fails_with "$ENOENT" perl -e 'open my $p, "+<", $ARGV[0] or die "$!"' "$p"
    touch -c "$p"
    no_such_topic "$name"
    [[ ! -e $p ]]
}

@test "a missing name that is created elsewhere appears at once, on 30 of 30 tries" {
    for i in {1..30}; do
        [[ ! -e $B/$name-$i ]]
        echo x > "$p-$i"
        [[ -f $B/$name-$i ]]
    done
}

@test "names of 249 characters from a-z A-Z 0-9 . _ - are legal" {
    long=$(printf "%0249d" 7)
    for legal in "$long" "$name.A-z_9"; do
        echo x > "$A/$legal"
        equal "$(pull "$A/$legal")" x
    done
}

@test "creating a longer name is refused as too long" {
    fails_with "File name too long" touch "$A/$(printf "%0250d" 7)"
    fails_with "File name too long" bash -c 'echo x > "$1"' - "$A/$(printf "%0255d" 7)"
}

@test "creating a name that no topic can have is refused as invalid, and looking it up finds nothing" {
    for bad in 'a b' 'a:b' 'grün' 'a+b' 'a~' '#a#' $'a\tb' $'a\nb' 'a*'; do
        fails_with "$EINVAL" bash -c 'echo x > "$1"' - "$A/$name$bad"
        fails_with "$ENOENT" stat "$A/$name$bad"
    done
    equal "$(find "$A" -name "$name*")" ""
}

@test "a name that Kafka takes for another one is refused" {
    touch "$p.x"
    if echo y > "${p}_x"; then fail "${name}_x was created beside $name.x"; fi 2> "$BATS_TEST_TMPDIR/said"
    grep -E "File exists|$EINVAL" "$BATS_TEST_TMPDIR/said"
    equal "$(find "$A" -name "$name*")" "$p.x"
}

@test "names that begin with a dot are not created" {
    fails_with "$EPERM" touch "$A/.$name"
    fails_with "$EPERM" bash -c 'echo x > "$1"' - "$A/.$name.swp"
    equal "$(find "$A" -name ".$name*")" ""
}

@test "a name cannot be created with O_RDWR and O_EXCL, as temporary files are" {
    fails_with "$EPERM" perl -MFcntl -e 'sysopen my $p, $ARGV[0], O_RDWR | O_CREAT | O_EXCL or die "$!"' "$p"
    fails_with "$EPERM" mktemp -p "$A" "$name-XXXXXX"
    equal "$(find "$A" -name "$name*")" ""
}

@test "sed -i and perl -i make no topic, and leave the pipe as it was" {
    push "$p" a b
    find "$A" -mindepth 1 | sort > "$BATS_TEST_TMPDIR/before"
    fails_with "$EPERM" sed -i s/a/x/ "$p"
    # Perl only warns.
    perl -i -pe s/a/x/ "$p" || true
    find "$A" -mindepth 1 | sort > "$BATS_TEST_TMPDIR/after"
    same_bytes "$BATS_TEST_TMPDIR/after" "$BATS_TEST_TMPDIR/before"
    equal "$(pull "$p")" $'a\nb'
}

@test "O_EXCL has one winner in a race of six processes on two mounts, 20 of 20 times" {
    for round in {1..20}; do
        pids=()
        for i in 1 2 3; do
            for dir in "$A" "$B"; do
                start "$BATS_TEST_TMPDIR/race-${#pids[@]}" perl -MFcntl -MErrno=EEXIST -e '
                    print sysopen(my $p, $ARGV[0], O_WRONLY | O_CREAT | O_EXCL) ? "won" : $!{EEXIST} ? "lost" : "$!"' "$dir/$name-$round"
                pids+=("$pid")
            done
        done
        for pid in "${pids[@]}"; do
            ends_within 20000 "$pid"
        done
        equal "$(for i in {0..5}; do cat "$BATS_TEST_TMPDIR/race-$i" && echo; done | sort | xargs)" \
            "lost lost lost lost lost won" "round $round"
    done
}

@test "O_EXCL fails on an existing pipe" {
    touch "$p"
    fails_with "File exists" perl -MFcntl -e 'sysopen my $p, $ARGV[0], O_WRONLY | O_CREAT | O_EXCL or die "$!"' "$B/$name"
}

@test "without O_EXCL all of six racing creators succeed, and every line is there" {
    pids=()
    for i in 1 2 3; do
        for dir in "$A" "$B"; do
            start "$BATS_TEST_TMPDIR/race" bash -c 'echo x > "$1"' - "$dir/$name"
            pids+=("$pid")
        done
    done
    for pid in "${pids[@]}"; do
        ends_within 20000 "$pid"
        equal "$status" 0
    done
    equal "$(snapshot "$p" | wc -l)" 6
}

@test "mkdir, rmdir, ln, ln -s, mkfifo, mknod and renaming are not permitted" {
    push "$p" a
    kafka create "$name-dir" 2
    fails_with "$EPERM" mkdir "$p-new"
    fails_with "$EPERM" rmdir "$p-dir"
    fails_with "$EPERM" ln "$p" "$p-new"
    fails_with "$EPERM" ln -s "$p" "$p-new"
    fails_with "$EPERM" mkfifo "$p-new"
    fails_with "$EPERM" perl -MSocket -e 'socket my $s, PF_UNIX, SOCK_STREAM, 0; bind $s, pack_sockaddr_un($ARGV[0]) or die "$!"' "$p-s"
    fails_with "$EPERM" perl -e 'rename $ARGV[0], "$ARGV[0]-new" or die "$!"' "$p"
    push "$p-other" b
    fails_with "$EPERM" perl -e 'rename $ARGV[0], "$ARGV[0]-other" or die "$!"' "$p"
    equal "$(find "$A" -maxdepth 1 -name "$name*" | sort | xargs -n 1 basename | xargs)" "$name $name-dir $name-other"
    equal "$(pull "$p")" a
}

@test "rm is not permitted" {
    push "$p" a
    truncate -s 0 "$p"
    fails_with "$EPERM" rm -f "$p"
    topic_exists "$name"
}

@test "rm with -o allow_delete deletes an empty pipe for everybody, and refuses one with messages" {
    dir=$(mount_pipes delete -o allow_delete)
    push "$p" a
    fails_with "Device or resource busy" rm -f "$dir/$name"
    equal "$(pull "$p")" a
    truncate -s 0 "$p"
    rm "$dir/$name"
    eventually 5 no_such_topic "$name"
    [[ ! -e $dir/$name ]]
    eventually 5 test ! -e "$p"
}

@test "handles on a deleted pipe become stale" {
    dir=$(mount_pipes delete -o allow_delete)
    touch "$p"
    exec 5> "$p"
    start "$BATS_TEST_TMPDIR/got" cat "$B/$name@follow"
    eventually 10 blocked "$pid"
    rm "$dir/$name"
    ends_within 10000 "$pid"
    contains "$(cat "$BATS_TEST_TMPDIR/got.err")" "Stale file handle"
    eventually 10 fails_with "Stale file handle" bash -c 'echo x >&5'
    exec 5>&-
}

@test "a pipe that is deleted and made again is another pipe" {
    dir=$(mount_pipes delete -o allow_delete)
    touch "$p"
    exec 5> "$p"
    rm "$dir/$name"
    eventually 5 test ! -e "$p"
    push "$B/$name" new
    eventually 10 fails_with "Stale file handle" bash -c 'echo old >&5'
    exec 5>&-
    equal "$(pull "$p")" new
}

@test "handles on a topic that gets more partitions become stale, and the topic becomes a directory" {
    push "$p" a
    exec 5>> "$p"
    kafka partitions "$name" 2
    # The kernel itself says EIO once it has seen that the name is a directory now.
    is_stale() { fails_with "Stale file handle" bash -c 'echo x >&5' || fails_with "Input/output" bash -c 'echo x >&5'; }
    eventually 10 is_stale
    exec 5>&-
    eventually 5 test -d "$p"
    equal "$(snapshot "$p/0" | head -n 1)" a
}

@test "a topic of several partitions is a directory of pipes" {
    kafka create "$name" 3
    [[ -d $p ]]
    equal "$(find "$p" -mindepth 1 -printf '%f %y\n' | sort | xargs)" "0 f 1 f 2 f"
    for i in 0 1 2; do
        push "$p/$i" "to $i"
    done
    equal "$(pull "$B/$name/1")" "to 1"
    equal "$(kcat_consume "$name" -p 2)" "to 2"
}

@test "nothing can be created in the directory of a topic" {
    kafka create "$name" 2
    for other in 2 00 x -1; do
        fails_with "$ENOENT" cat "$p/$other"
        fails_with "" touch "$p/$other"
        fails_with "" mkdir "$p/$other"
    done
    fails_with "Is a directory" bash -c 'echo x > "$1"' - "$p"
    equal "$(find "$p" -mindepth 1 | wc -l)" 2
}

@test "internal topics are not listed" {
    kafka create "__$name" 1
    push "$p" a
    # A consumer group makes Kafka keep offsets in a topic of its own.
    within 60 kcat -G "group-$name" -b "$BROKER" -q -e -X auto.offset.reset=earliest "$name" < /dev/null > /dev/null
    contains "$(kafka topics)" __consumer_offsets
    equal "$(find "$A" -mindepth 1 -maxdepth 1 -name '__*')" ""
    equal "$(pull "$p")" a
}

@test "a listing is complete and has no duplicates, with 300 topics" {
    dir=$(mount_pipes many)
    printf '%s\n' "$dir/$name-"{1..300} | xargs -P 4 touch
    equal "$(find "$A" -mindepth 1 -name "$name-*" | wc -l)" 300
    shown=("$A/$name-"*)
    equal "${#shown[@]}" 300
}

@test "with -o nocreate nothing is created" {
    dir=$(mount_pipes nocreate -o nocreate)
    fails_with "" touch "$dir/$name"
    fails_with "" bash -c 'echo x > "$1"' - "$dir/$name"
    no_such_topic "$name"
    push "$p" a
    push "$dir/$name" b
    equal "$(pull "$p")" $'a\nb'
}

@test "with -o ro every change is refused and reading works" {
    dir=$(mount_pipes ro -o ro)
    push "$p" a
    fails_with "Read-only file system" bash -c 'echo x > "$1"' - "$dir/$name"
    fails_with "Read-only file system" touch "$dir/$name-new"
    fails_with "Read-only file system" truncate -s 0 "$dir/$name"
    fails_with "Read-only file system" rm -f "$dir/$name"
    fails_with "Read-only file system" mkdir "$dir/$name-dir"
    equal "$(pull "$dir/$name")" a
    no_such_topic "$name-new"
}

@test "an editor's backup and swap names do not become topics" {
    push "$p" a
    for other in ".$name.swp" ".$name.swx" ".#$name" "$name~" "#$name#"; do
        fails_with "" bash -c ': > "$1"' - "$A/$other"
    done
    equal "$(find "$A" -name "*$name*")" "$p"
}

@test "rsync-like temporary names do not become topics" {
    fails_with "$EPERM" perl -MFcntl -e 'sysopen my $p, $ARGV[0], O_RDWR | O_CREAT | O_EXCL, 0600 or die "$!"' "$A/.$name.Ab3xYz"
    equal "$(find "$A" -name "*$name*")" ""
}

@test "names that the kernel forgets leave no complaint in the log" {
    local dir i
    dir=$(mount_pipes forgets -o allow_delete)
    for i in {1..5}; do
        touch "$dir/$name-$i"
        rm "$dir/$name-$i"
    done
    unmount "$dir"
    ! grep 'bug in dnpipes' <<< "$(daemon_log "$dir")" || fail "see above"
}

# For Kafka these two share the names of metrics, so one consumer cannot count both, though one after the other.
@test "a pipe with a dot can be deleted and made again with an underline, and both can be read" {
    dir=$(mount_pipes like -o allow_delete)
    for round in 1 2 3; do
        for pipe in "$name.x" "${name}_x"; do
            echo "$pipe $round" > "$dir/$pipe"
            equal "$(cat "$dir/$pipe@snapshot")" "$pipe $round"
            start "$BATS_TEST_TMPDIR/got" cat "$dir/$pipe@new"
            eventually 10 reading "$pid"
            echo more > "$dir/$pipe"
            ends_within 20000 "$pid"
            equal "$status $(cat "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/got.err")" "0 more"
            truncate -s 0 "$dir/$pipe"
            rm "$dir/$pipe"
        done
    done
}
