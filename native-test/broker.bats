#!/usr/bin/env bats
# The embedded broker: in front, and the one that a user's commands start and share.

load lib

setup_file() {
    export DNPIPES_TEST_RUN=${DNPIPES_TEST_RUN:-$BATS_RUN_TMPDIR}
    export DNPIPES_TEST_SUITE=$BATS_FILE_TMPDIR
    private_home
}
teardown_file() { end_leftovers; }
setup() {
    touch "$BATS_TEST_TMPDIR/started"
    export DNPIPES_TEST_BROKER=$BATS_TEST_TMPDIR
    export XDG_DATA_HOME=$BATS_TEST_TMPDIR/share
    data=$XDG_DATA_HOME/dnpipes
    name=$(fresh_pipe)
}
teardown() {
    local child
    while read -r child; do
        kill -KILL "$child" 2> /dev/null || true
    done < "$BATS_TEST_TMPDIR/started"
    for child in $(marked "DNPIPES_TEST_BROKER=$BATS_TEST_TMPDIR"); do
        [[ $(cat "/proc/$child/comm" 2> /dev/null) != java ]] || kill -KILL "$child"
    done
    eventually 20 no_java
}

no_java() {
    local child
    for child in $(marked "DNPIPES_TEST_BROKER=$BATS_TEST_TMPDIR"); do
        [[ $(cat "/proc/$child/comm" 2> /dev/null) != java ]] || fail "$child runs" || return 1
    done
}

dnpipes() {
    within 90 "$DNPIPES" "$@"
}

background_broker() {
    cut -d ' ' -f 1 "$data/broker.state"
}

@test "in front, it prints its address when it can be used, and SIGTERM ends it with its messages kept" {
    for round in first second; do
        began=$(now_ms)
        start "$BATS_TEST_TMPDIR/address" "$DNPIPES" broker --data-dir "$data"
        broker=$pid
        eventually 60 test -s "$BATS_TEST_TMPDIR/address"
        figure "ready after $(($(now_ms) - began)) ms, $(awk '/VmRSS/ { print $2 }' "/proc/$broker/status") kB resident"
        address=$(cat "$BATS_TEST_TMPDIR/address")
        equal "$address" "${last:-$address}" "the address the second time"
        last=$address
        echo "$round" | kcat_produce_to "$address"
        kill "$broker"
        ends_within 20000 "$broker"
        equal "$(cat "$BATS_TEST_TMPDIR/address.err")" ""
    done
    echo third | dnpipes push --data-dir "$data" "$name"
    equal "$(dnpipes pull --data-dir "$data" "$name")" $'first\nsecond\nthird'
}

kcat_produce_to() {
    dnpipes push --bootstrap-servers "$1" "$name"
}

@test "the second one with the same data is refused" {
    start "$BATS_TEST_TMPDIR/address" "$DNPIPES" broker --data-dir "$data"
    eventually 60 test -s "$BATS_TEST_TMPDIR/address"
    one_line_error 1 dnpipes broker --data-dir "$data"
    contains "$output" "is in use by another broker"
    contains "$output" "$(cat "$BATS_TEST_TMPDIR/address")"
}

@test "a taken port is refused" {
    start "$BATS_TEST_TMPDIR/address" "$DNPIPES" broker --data-dir "$data"
    eventually 60 test -s "$BATS_TEST_TMPDIR/address"
    port=$(cut -d : -f 2 "$BATS_TEST_TMPDIR/address")
    one_line_error 1 dnpipes broker --data-dir "$data-2" --port "$port"
    contains "$output" "port $port of 127.0.0.1 is taken"
}

@test "without a configured cluster, a command starts it, says so, and the next one finds it" {
    run --separate-stderr dnpipes push "$name" <<< message
    equal "$status" 0
    equal "${#stderr_lines[@]}" 1
    contains "$stderr" "started the embedded broker"
    contains "$stderr" "$data"
    run --separate-stderr dnpipes pull "$name"
    equal "$output" message
    equal "$stderr" ""
}

@test "it is in a session of its own, holds nothing of the caller open, and keeps its files private" {
    touch "$BATS_TEST_TMPDIR/callers"
    dnpipes push "$name" < /dev/null 2> "$BATS_TEST_TMPDIR/err"
    broker=$(background_broker)
    equal "$(ps -o sid= -p "$broker" | tr -d ' ')" "$broker"
    equal "$(readlink "/proc/$broker/fd/0")" /dev/null
    equal "$(readlink "/proc/$broker/fd/1")" "$data/broker.out"
    equal "$(readlink "/proc/$broker/fd/2")" "$data/broker.out"
    equal "$(readlink "/proc/$broker/cwd")" "$data"
    equal "$(find "$data" -perm /077 | head -n 5)" ""
}

@test "commands that start at once share one broker" {
    for i in 1 2 3 4; do
        dnpipes push "$name-$i" <<< "$i" 2>> "$BATS_TEST_TMPDIR/err" &
        children+=($!)
    done
    for child in "${children[@]}"; do
        wait "$child"
    done
    equal "$(grep -c 'started the embedded broker' "$BATS_TEST_TMPDIR/err")" 1
    for i in 1 2 3 4; do
        equal "$(dnpipes pull "$name-$i")" "$i"
    done
}

@test "it ends some seconds after its last user" {
    dnpipes push "$name" < /dev/null 2> /dev/null
    broker=$(background_broker)
    alive "$broker"
    eventually 90 gone "$broker"
}

@test "after it was killed, the next command starts it again, with what was acknowledged" {
    seq 100 | dnpipes push "$name" 2> /dev/null
    kill -KILL "$(background_broker)"
    run --separate-stderr dnpipes pull "$name"
    equal "$output" "$(seq 100)"
    contains "$stderr" "started the embedded broker"
}

@test "a data folder that cannot be used is said in one line" {
    touch "$BATS_TEST_TMPDIR/file"
    one_line_error 1 dnpipes push --data-dir "$BATS_TEST_TMPDIR/file/data" "$name" < /dev/null
    contains "$output" "cannot make the data directory $BATS_TEST_TMPDIR/file/data"
}
