#!/usr/bin/env bats
# Commands without a mount: push, pull, reset, and the sessions of the first dnpipes tool.

load lib

setup_file() {
    suite_start
    export DNPIPES_BOOTSTRAP_SERVERS=$BROKER
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() {
    signal_broker CONT
    test_stop
}

dnpipes() {
    within 60 "$DNPIPES" "$@"
}

no_topic() {
    ! kafka topics | grep -qxF -- "$1" || fail "there is a topic $1"
}

said() {
    equal "$(cat "$1")" "$2"
}

@test "push stores each line, pull prints them and removes none" {
    printf 'one\n\nthree\n' | dnpipes push "$name"
    equal "$(kcat_sizes "$name")" "3 0 5"
    dnpipes pull "$name" > "$BATS_TEST_TMPDIR/first"
    dnpipes pull --snapshot "$name" > "$BATS_TEST_TMPDIR/second"
    printf 'one\n\nthree\n' > "$BATS_TEST_TMPDIR/expected"
    same_bytes "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/expected"
    same_bytes "$BATS_TEST_TMPDIR/second" "$BATS_TEST_TMPDIR/expected"
}

@test "a last line without a line feed counts, and no other byte is touched" {
    printf 'a\0\377\r\n\302' | dnpipes push "$name"
    equal "$(kcat_sizes "$name")" "4 1"
    dnpipes pull "$name" > "$BATS_TEST_TMPDIR/got"
    printf 'a\0\377\r\n\302\n' > "$BATS_TEST_TMPDIR/expected"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/expected"
}

@test "200,000 lines of any length come back as they were" {
    awk 'BEGIN { srand(7); for (i = 0; i < 200000; i++) { s = i; n = rand() * 20; while (n-- > 0) s = s "-" n; print s } }' \
        > "$BATS_TEST_TMPDIR/lines"
    dnpipes push "$name" < "$BATS_TEST_TMPDIR/lines"
    dnpipes pull "$name" > "$BATS_TEST_TMPDIR/got"
    same_bytes "$BATS_TEST_TMPDIR/got" "$BATS_TEST_TMPDIR/lines"
}

@test "push of nothing makes the topic and pushes nothing" {
    dnpipes push "$name" < /dev/null
    equal "$(dnpipes pull "$name")" ""
}

@test "each line is pushed as soon as it is there" {
    mkfifo "$BATS_TEST_TMPDIR/in"
    exec 5<> "$BATS_TEST_TMPDIR/in"
    "$DNPIPES" push "$name" < "$BATS_TEST_TMPDIR/in" 3>&- 5>&- &
    echo $! >> "$BATS_TEST_TMPDIR/started"
    echo first >&5
    first_is_there() { [[ $(kcat_sizes "$name") == 5 ]]; }
    eventually 30 first_is_there
    alive $!
}

@test "a line that the topic does not accept stops push behind the good ones" {
    kafka create "$name" 1 max.message.bytes=1000
    printf 'a\nb\n%02000d\nc\n' 0 > "$BATS_TEST_TMPDIR/lines"
    one_line_error 1 dnpipes push "$name" < "$BATS_TEST_TMPDIR/lines"
    contains "$output" "line 3 is longer than"
    contains "$output" "2 lines before it are stored"
    equal "$(dnpipes pull "$name")" $'a\nb'
}

@test "push says how many lines are stored when the broker stops" {
    mkfifo "$BATS_TEST_TMPDIR/in"
    exec 5<> "$BATS_TEST_TMPDIR/in"
    "$DNPIPES" push "$name" < "$BATS_TEST_TMPDIR/in" 2> "$BATS_TEST_TMPDIR/err" 3>&- 5>&- &
    child=$!
    echo "$child" >> "$BATS_TEST_TMPDIR/started"
    printf '1\n2\n3\n' >&5
    three_are_there() { [[ $(kcat_sizes "$name") == "1 1 1" ]]; }
    eventually 30 three_are_there
    signal_broker STOP
    echo 4 >&5
    exec 5>&-
    ends_within 90000 "$child"
    signal_broker CONT
    equal "$status" 1
    contains "$(cat "$BATS_TEST_TMPDIR/err")" "the first 3 lines are stored for certain"
    equal "$(wc -l < "$BATS_TEST_TMPDIR/err")" 1
}

@test "pull and reset of a missing topic fail and make none" {
    one_line_error 1 dnpipes pull "$name"
    contains "$output" "$name"
    one_line_error 1 dnpipes reset "$name"
    contains "$output" "$name"
    no_topic "$name"
}

@test "reset removes what is there for everybody, and what is pushed afterwards stays" {
    seq 10 | dnpipes push "$name"
    dnpipes reset "$name"
    equal "$(kcat_sizes "$name")" ""
    echo after | dnpipes push "$name"
    equal "$(dnpipes pull "$name")" after
}

@test "one of several pipes is named by its number" {
    kafka create "$name" 3
    echo two | dnpipes push "$name/2"
    equal "$(dnpipes pull "$name/2")" two
    equal "$(dnpipes pull "$name/0")" ""
    one_line_error 1 dnpipes pull "$name"
    contains "$output" "has 3 pipes; say which"
    one_line_error 1 dnpipes push "$name/3" < /dev/null
    contains "$output" "has no pipe 3"
    dnpipes reset "$name/2"
    equal "$(dnpipes pull "$name/2")" ""
}

@test "pull --follow prints what comes until it is interrupted" {
    echo old | dnpipes push "$name"
    start "$BATS_TEST_TMPDIR/got" "$DNPIPES" pull --follow "$name"
    follower=$pid
    eventually 30 said "$BATS_TEST_TMPDIR/got" old
    echo new | kcat_produce "$name"
    eventually 30 said "$BATS_TEST_TMPDIR/got" $'old\nnew'
    kill -INT "$follower"
    ends_within 10000 "$follower"
    equal "$status" 130
    equal "$(cat "$BATS_TEST_TMPDIR/got.err")" ""
}

@test "pull ends without a word when nobody reads it any more" {
    seq 200000 | dnpipes push "$name"
    run --separate-stderr bash -c '"$DNPIPES" pull '"$name"' | head -n 1; exit "${PIPESTATUS[0]}"'
    equal "$output" 1
    equal "$stderr" ""
    equal "$status" 141
}

@test "a full disk is not taken for success" {
    seq 10 | dnpipes push "$name"
    run --separate-stderr bash -c '"$DNPIPES" pull '"$name"' > /dev/full'
    equal "$status" 1
    contains "$stderr" "No space left"
}

@test "a cluster that cannot be reached is said within 15 seconds" {
    one_line_error 1 within 15 "$DNPIPES" pull --bootstrap-servers 127.0.0.1:1 "$name"
    contains "$output" 127.0.0.1:1
}

@test "the publisher asks for lines, and RESET resets" {
    run --separate-stderr dnpipes --mode=publisher --broker="$BROKER" --topic="$name" <<< $'two words\nRESET\nafter'
    equal "$status" 0
    equal "$output" $'> > reset this dnpipes\n> > '
    equal "$stderr" ""
    equal "$(dnpipes pull "$name")" after
}

@test "the publisher pushes each line once, as it is" {
    printf 'two words\n\n  x  \nlast' | dnpipes --mode=publisher --topic="$name" > /dev/null
    equal "$(kcat_consume "$name")" $'two words\n\n  x  \nlast'
}

@test "the subscriber prints new messages of all pipes" {
    kafka create "$name" 3
    echo old | dnpipes push "$name/1"
    start "$BATS_TEST_TMPDIR/got" "$DNPIPES" --mode=subscriber --topic="$name"
    # It begins when it is ready, which it does not tell: push until something comes.
    something_comes() {
        echo ping | kcat -P -q -b "$BROKER" -t "$name" -p 0
        sleep 0.2
        grep -q ping "$BATS_TEST_TMPDIR/got"
    }
    eventually 30 something_comes
    for number in 0 1 2; do
        echo "in $number" | kcat -P -q -b "$BROKER" -t "$name" -p "$number"
    done
    all_are_there() { [[ $(grep -c '^in [012]$' "$BATS_TEST_TMPDIR/got") == 3 ]]; }
    eventually 30 all_are_there
    run -1 grep old "$BATS_TEST_TMPDIR/got"
    kill -INT "$pid"
    ends_within 10000 "$pid"
    equal "$status" 130
}

@test "the subscriber prints everything if it is to begin at the beginning" {
    kafka create "$name" 2
    echo zero | dnpipes push "$name/0"
    echo one | dnpipes push "$name/1"
    start "$BATS_TEST_TMPDIR/got" "$DNPIPES" --mode=subscriber --topic="$name" --from-beginning
    both_are_there() { [[ $(sort "$BATS_TEST_TMPDIR/got") == $'one\nzero' ]]; }
    eventually 30 both_are_there
    kill "$pid"
    ends_within 10000 "$pid"
    equal "$status" 143
}

@test "a publisher that loses a line does not end well" {
    kafka create "$name" 1 max.message.bytes=1000
    run --separate-stderr dnpipes --mode=publisher --topic="$name" < <(printf 'a\n%02000d\nb\n' 0)
    equal "$status" 1
    contains "$stderr" "it was not pushed"
    equal "$(dnpipes pull "$name")" a
}

@test "a subscriber of a missing topic fails and makes none" {
    one_line_error 1 dnpipes --mode=subscriber --topic="$name"
    no_topic "$name"
}

@test "umount of what is not mounted, or not ours, is said" {
    one_line_error 1 "$DNPIPES" umount "$BATS_TEST_TMPDIR"
    contains "$output" "$BATS_TEST_TMPDIR is not mounted"
    one_line_error 1 "$DNPIPES" umount /proc
    contains "$output" "/proc is a mount of type proc, not of dnpipes"
}
