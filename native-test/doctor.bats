#!/usr/bin/env bats
# What an administrator asks before there is a mount: dnpipes doctor and dnpipes list.

load lib

setup_file() { suite_start; }
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

# doctor STATUS ARGUMENT…: what it says is in $output.
doctor() {
    local expected=$1
    shift
    run --separate-stderr within 60 "$DNPIPES" doctor "$@"
    equal "$status" "$expected" "the exit status ($output)" || return 1
    equal "$stderr" "" stderr
    equal "$(grep -cvE '^(ok|note|PROBLEM) +[^ ]' <<< "$output")" 0 "other lines in $output"
}

@test "the doctor finds a host, a configuration and a cluster in order" {
    kafka create "$name" 1
    doctor 0 --bootstrap-servers "$BROKER" "$name"
    for part in "libfuse 2" "/dev/fuse can be opened" "as --bootstrap-servers says" "$BROKER can be reached" \
        "this user may create topics" "who writes, in the topic __dnpipes" "this user may write topic $name"; do
        grep -qE "^ok +.*$part" <<< "$output" || fail "no '$part' in" "$output"
    done
    equal "$(grep -c '^PROBLEM' <<< "$output")" 0
}

@test "the doctor says which broker cannot be reached, and what to do" {
    doctor 1 --bootstrap-servers "$BROKER,127.0.0.1:1,no-such-host.invalid:9092"
    contains "$output" "$BROKER can be reached"
    grep -qE '^PROBLEM +127.0.0.1:1 cannot be reached .*refused.*; check' <<< "$output" || fail "$output"
    grep -qE '^PROBLEM +no-such-host.invalid:9092 cannot be reached \(there is no host' <<< "$output" || fail "$output"
}

@test "the doctor tells where the configuration comes from, and who can read its password" {
    mkdir -p "$XDG_CONFIG_HOME/dnpipes"
    file=$XDG_CONFIG_HOME/dnpipes/client.properties
    printf 'bootstrap.servers=%s\nssl.key.password=x\n' "$BROKER" > "$file"
    chmod 644 "$file"
    doctor 1
    contains "$output" "$file holds a secret (ssl.key.password) and other users can read or change it; chmod"
    doctor 0 --allow-readable-config
    contains "$output" "as $file says"
    chmod 600 "$file"
    DNPIPES_BOOTSTRAP_SERVERS=$BROKER doctor 0
    contains "$output" "as \$DNPIPES_BOOTSTRAP_SERVERS says, with other properties from $file"
    rm "$file"
    doctor 1 --config "$file"
    contains "$output" "there is no configuration file $file"
}

@test "the doctor starts no broker" {
    doctor 0 --data-dir "$BATS_TEST_TMPDIR/data"
    contains "$output" "the embedded broker does not run"
    [[ ! -e $BATS_TEST_TMPDIR/data ]]
}

@test "the doctor says what to install where something is missing" {
    mkdir "$BATS_TEST_TMPDIR/bin"
    for tool in sh readlink sed java; do
        ln -s "$(command -v "$tool")" "$BATS_TEST_TMPDIR/bin/$tool"
    done
    run within 60 env PATH="$BATS_TEST_TMPDIR/bin" "$DNPIPES" doctor --data-dir "$BATS_TEST_TMPDIR/data"
    equal "$status" $((EUID != 0))
    contains "$output" "there is no fusermount in the PATH; install it"
}

@test "list shows what push, pull and reset call each pipe" {
    kafka create "$name-one" 1
    kafka create "$name-three" 3
    run within 60 "$DNPIPES" list --bootstrap-servers "$BROKER"
    equal "$status" 0
    equal "$(grep -F "$name" <<< "$output")" "$name-one
$name-three/0
$name-three/1
$name-three/2"
    run ! grep -q '^__' <<< "$output"
}

@test "list -l and --json count messages" {
    kafka create "$name" 1
    printf 'a\nb\nc\n' | kcat_produce "$name"
    run within 60 "$DNPIPES" list -l --bootstrap-servers "$BROKER" "$name"
    equal "$status" 0
    [[ ${lines[0]} =~ ^\ *MESSAGES\ +FIRST\ +END\ +PIPE$ ]] || fail "$output"
    [[ ${lines[1]} =~ ^\ *3\ +0\ +3\ +$name$ ]] || fail "$output"
    equal "$(within 60 "$DNPIPES" list --json --bootstrap-servers "$BROKER" "$name" | jq -c '.[] | [.topic, (.pipes[] | .pipe, .partition, .messages)]')" \
        "[\"$name\",\"$name\",0,3]"
}

@test "list fails with one line, and --no-start starts nothing" {
    one_line_error 1 within 60 "$DNPIPES" list --bootstrap-servers "$BROKER" "$name-missing"
    contains "$output" "there is no topic $name-missing"
    one_line_error 2 within 60 "$DNPIPES" list -l --json
    run within 60 "$DNPIPES" list --no-start --data-dir "$BATS_TEST_TMPDIR/data"
    equal "$status" 0
    equal "$output" ""
    [[ ! -e $BATS_TEST_TMPDIR/data ]]
}
