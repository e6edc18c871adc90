#!/usr/bin/env bats
# What a mount tells about itself: dnpipes status, log levels, metrics, and a log that suits the journal.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a --metrics 0)
    export A
    METRICS=http://$(mount_status "$A" .metrics)/metrics
    export METRICS
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

# mount_status MOUNTPOINT FILTER: what jq makes of it.
mount_status() {
    within 40 "$DNPIPES" status --json --interval 0 "$1" | jq -r "$2"
}

# pipe_is MOUNTPOINT PIPE FIELDS: readers, waiting readers, writers and lag of a pipe.
pipe_is() {
    equal "$(mount_status "$1" ".pipes[] | select(.pipe == \"$2\") | [.readers, .waiting_readers, .writers, .lag] | @csv")" "$3"
}

metric() {
    curl -sf "$METRICS" | awk -v name="$1" '$1 == name { print $2 }'
}

# metric_is NAME AWK-CONDITION on v
metric_is() {
    local value
    value=$(metric "$1")
    awk -v v="${value:-none}" "BEGIN { exit !(v != \"none\" && ($2)) }" || fail "$1 is ${value:-not there}, and should be $2"
}

@test "status tells of readers, who of them waits, of writers, and how far readers are behind" {
    push "$p" one two three
    exec 5>> "$p"
    start "$BATS_TEST_TMPDIR/out" cat "$p"
    eventually 20 file_is "$BATS_TEST_TMPDIR/out" $'one\ntwo\nthree'
    eventually 20 pipe_is "$A" "$name" '1,1,1,0'
    exec 6< "$p"
    # Not the shell's read, which takes more and seeks back.
    equal "$(dd bs=4 count=1 <&6 2> /dev/null)" one
    eventually 20 pipe_is "$A" "$name" '2,1,1,2'
    exec 5>&- 6<&-
    ends_within 20000 "$pid"
    eventually 20 equal "$(mount_status "$A" '.open_pipes')" 0
}

@test "status for people has a line for each pipe and says how fast things go" {
    push "$p" one
    exec 5>> "$p"
    (while echo more; do sleep 0.1; done) >&5 2> /dev/null 5>&- &
    echo $! >> "$BATS_TEST_TMPDIR/started"
    run within 40 "$DNPIPES" status "$A"
    equal "$status" 0
    contains "$output" "mount   $A, of $BROKER"
    contains "$output" "cluster answers"
    [[ $output =~ pushed\ +[0-9]+\ messages.*now\ [0-9.]+\ messages/s ]] || fail "$output"
    grep -qE "^ +0 +0 +[12] +0 +[1-9][0-9]*\.[0-9] +0\.0 +0  $name\$" <<< "$output" || fail "$output"
}

@test "status works while the cluster does not answer, and says so" {
    dir=$(mount_pipes away -o presence=local,timeout=5)
    push "$dir/$name" one
    exec 5>> "$dir/$name"
    signal_broker STOP
    broker_is_silent() {
        equal "$(mount_status "$dir" '.cluster_silent_seconds // 0 | . > 2')" true
    }
    eventually 60 broker_is_silent
    run within 40 "$DNPIPES" status --interval 0 "$dir"
    signal_broker CONT
    equal "$status" 0
    contains "$output" "cluster has not answered for"
    exec 5>&-
}

@test "status of what is not mounted, of another mount, and of a daemon that was killed, is one line" {
    mkdir "$BATS_TEST_TMPDIR/none"
    one_line_error 1 within 40 "$DNPIPES" status "$BATS_TEST_TMPDIR/none"
    contains "$output" "$BATS_TEST_TMPDIR/none is not mounted"
    one_line_error 1 within 40 "$DNPIPES" status /proc
    contains "$output" "not of dnpipes"
    one_line_error 2 within 40 "$DNPIPES" status --interval 61 "$A"
    dir=$(mount_pipes killed)
    kill -KILL "$(daemon_pid "$dir")"
    eventually 20 no_daemon "$dir"
    one_line_error 1 within 40 "$DNPIPES" status "$dir"
    contains "$output" "dnpipes umount $dir"
    within 40 "$DNPIPES" umount "$dir"
    [[ -z $(find "$XDG_RUNTIME_DIR/dnpipes" -name "*killed*") ]]
}

@test "a daemon that is stopped holds up nobody for long" {
    dir=$(mount_pipes stopped)
    daemon=$(daemon_pid "$dir")
    kill -STOP "$daemon"
    run within 60 "$DNPIPES" status --interval 0 "$dir"
    kill -CONT "$daemon"
    equal "$status" 1
    contains "$output" "has not answered for 10 s"
}

@test "only the owner can reach the socket, and it goes with the mount" {
    dir=$(mount_pipes socket)
    socket=$XDG_RUNTIME_DIR/dnpipes/$(daemon_pid "$dir").sock
    equal "$(stat -c %a "$socket")" 600
    equal "$(stat -c %a "$XDG_RUNTIME_DIR/dnpipes")" 700
    unmount "$dir"
    [[ ! -e $socket ]]
}

@test "whoever asks nonsense, or asks and does not listen, does no harm" {
    socket=$XDG_RUNTIME_DIR/dnpipes/$(daemon_pid "$A").sock
    equal "$(echo nonsense | socat -t 10 - "UNIX-CONNECT:$socket")" "error this daemon does not know the question 'nonsense': it is of another version than the command"
    contains "$(echo 'status json x' | socat -t 10 - "UNIX-CONNECT:$socket")" "error "
    head -c 100000 /dev/zero | socat -t 1 - "UNIX-CONNECT:$socket" > /dev/null 2>&1 || true
    for _ in 1 2 3; do
        start "$BATS_TEST_TMPDIR/silent" socat -u "UNIX-CONNECT:$socket" -
    done
    push "$p" still
    equal "$(mount_status "$A" .mountpoint)" "$A"
}

@test "the log level can be changed while it is mounted" {
    log=$XDG_STATE_HOME/dnpipes/$(basename "$(find "$XDG_STATE_HOME/dnpipes" -name '*a.log')")
    equal "$(within 40 "$DNPIPES" log-level "$A")" info
    within 40 "$DNPIPES" log-level "$A" debug
    equal "$(within 40 "$DNPIPES" log-level "$A")" debug
    run ! cat "$A/missing-$name"
    grep -q "DEBUG.*missing-$name" "$log"
    within 40 "$DNPIPES" log-level "$A" warn
    run ! cat "$A/quiet-$name"
    run ! grep -q "quiet-$name" "$log"
    one_line_error 2 within 40 "$DNPIPES" log-level "$A" nonsense
    equal "$(within 40 "$DNPIPES" log-level "$A")" warn
    within 40 "$DNPIPES" log-level "$A" info
}

@test "metrics count what is pushed, pulled, open and failed" {
    before=$(metric dnpipes_pushed_messages_total)
    push "$p" one two
    eventually 10 metric_is dnpipes_pushed_messages_total "v == $before + 2"
    snapshot "$p" > /dev/null
    metric_is dnpipes_pulled_messages_total "v >= 2"
    metric_is dnpipes_push_duration_seconds_count "v >= 2"
    exec 5>> "$p"
    metric_is dnpipes_open_writers "v == 1"
    exec 5>&-
    errors=$(metric 'dnpipes_fuse_errors_total{errno="ENOENT"}')
    run ! cat "$A/missing"
    metric_is 'dnpipes_fuse_errors_total{errno="ENOENT"}' "v > ${errors:-0}"
    metric_is 'dnpipes_fuse_requests_total{opcode="write"}' "v >= 2"
    metric_is 'jvm_memory_used_bytes{area="heap"}' "v > 1000000"
}

@test "metrics are served to this host alone, and nothing but them" {
    port=${METRICS%/metrics}
    port=${port##*:}
    equal "$(ss -Hltn "sport = :$port" | awk '{ print $4 }' | sed 's/.*ffff://; s/[][]//g')" "127.0.0.1:$port"
    equal "$(curl -s -o /dev/null -w '%{http_code}' "${METRICS%/metrics}/")" 404
    equal "$(curl -s -o /dev/null -w '%{http_code}' -X POST -d x "$METRICS")" 405
}

@test "an address for metrics that is none, or taken, is one line, and nothing is mounted" {
    mkdir "$BATS_TEST_TMPDIR/mnt"
    one_line_error 2 within 40 "$DNPIPES" mount --metrics nonsense --bootstrap-servers "$BROKER" "$BATS_TEST_TMPDIR/mnt"
    taken=${METRICS#http://}
    one_line_error 1 within 40 "$DNPIPES" mount --metrics "${taken%/metrics}" --bootstrap-servers "$BROKER" "$BATS_TEST_TMPDIR/mnt"
    contains "$output" "cannot serve metrics at ${taken%/metrics}"
    not_mounted "$BATS_TEST_TMPDIR/mnt"
}

@test "a mount without metrics loads nothing of them and listens nowhere" {
    dir=$(mount_pipes plain)
    daemon=$(daemon_pid "$dir")
    equal "$(find "/proc/$daemon/fd" -lname '*prometheus*')" "" "open files of the libraries"
    run ! grep -q lib/metrics "/proc/$daemon/cmdline"
    [[ -z $(ss -Hltnp | grep "pid=$daemon,") ]]
}

@test "in the journal, lines begin with their priority and have no time of their own" {
    mkdir "$BATS_TEST_TMPDIR/mnt"
    # The file plays the journal's socket.
    log=$BATS_TEST_TMPDIR/journal
    : > "$log"
    # shellcheck disable=SC2016
    DNPIPES_TEST_MOUNT=$BATS_TEST_TMPDIR/mnt start "$BATS_TEST_TMPDIR/out" bash -c 'exec env JOURNAL_STREAM="$(stat -c %d:%i "$1")" "$2" mount -f --bootstrap-servers "$3" "$4" 2>> "$1"' \
        - "$log" "$DNPIPES" "$BROKER" "$BATS_TEST_TMPDIR/mnt"
    eventually 60 mounted "$BATS_TEST_TMPDIR/mnt"
    eventually 20 grep -q '^<6>Mount: .* is mounted at' "$log"
    kill "$pid"
    eventually 30 released "$BATS_TEST_TMPDIR/mnt"
    equal "$(grep -cvE '^<[3-7]>' "$log")" 0 "lines without a priority"
}
