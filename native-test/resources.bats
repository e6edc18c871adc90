#!/usr/bin/env bats
# What a mount takes of its host: it stays within its bounds, refuses what goes beyond, and gives everything back.

export DNPIPES_JAVA_OPTS=
load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() {
    signal_broker CONT
    suite_stop
}
setup() { test_start; }
teardown() {
    signal_broker CONT
    test_stop
}

# pours PIPES ARGUMENT…: runs pour.py on so many pipes of one topic. When all are open the broker does not answer any
# more; sets $said to what has found room then. When the broker answers again, all is there.
pours() {
    local pipes=$1 dir daemon i stored
    shift
    dir=$(mount_pipes pour -o timeout=120,lease=120)
    kafka create "$name" "$pipes" max.message.bytes=4000000
    eventually 10 test -d "$dir/$name"
    daemon=$(daemon_pid "$dir")
    mkfifo "$BATS_TEST_TMPDIR/go"
    start "$BATS_TEST_TMPDIR/poured" bash -c 'exec /usr/bin/python3 "${@:2}" < "$1"' - "$BATS_TEST_TMPDIR/go" \
        "$ROOT/native-test/pour.py" "$@" $(seq -f "$dir/$name/%.0f" 0 $((pipes - 1)))
    exec 5> "$BATS_TEST_TMPDIR/go"
    eventually 100 said open "$pid"
    signal_broker STOP
    echo >&5
    eventually 100 said 'full\|waiting' "$pid"
    said=$(tail -n 1 "$BATS_TEST_TMPDIR/poured")
    alive "$daemon" || fail "the daemon died: $(daemon_log "$dir")" || return 1
    figure "$said; the daemon has $(resident_mib "$daemon") MiB resident"
    signal_broker CONT
    echo >&5
    ends_within 100000 "$pid"
    equal "$status" 0 "what became of the rest: $(cat "$BATS_TEST_TMPDIR/poured.err") $(daemon_log "$dir"); the status" || return 1
    stored=$(tail -n 1 "$BATS_TEST_TMPDIR/poured")
    equal "stored $(within 100 bash -c 'cat "${@/%/@snapshot}" | wc -c' - $(seq -f "$dir/$name/%.0f" 0 $((pipes - 1))))" "$stored" \
        "what is there, beside what was written,"
}

# said REGEX PID: its last line, unless it has ended.
said() {
    tail -n 1 "$BATS_TEST_TMPDIR/poured" | grep -q "^\($1\)" && return
    gone "$2" || fail "it said $(tail -n 1 "$BATS_TEST_TMPDIR/poured")"
}

resident_mib() {
    awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$1/status"
}

@test "150 pipes that are poured into while the broker does not answer: all share the memory, and nothing is lost" {
    pours 150 fill 16384 1024
    contains "$said" full
    ((${said#full } > 30000000)) || fail "hardly anything found room: $said"
    ((${said#full } < 70000000)) || fail "too much found room: $said"
}

@test "the same with the shortest lines, of which there are most" {
    pours 60 fill 4096 1
    contains "$said" full
}

@test "writes that find no memory left fail with ENOSPC, those before them wait, and all can be written again later" {
    pours 150 wait 1000000
    contains "$said" ENOSPC
    said=${said#waiting }
    ((${said%% *} > 40)) || fail "hardly any of them were let in: $said"
}
