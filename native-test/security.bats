#!/usr/bin/env bats
# Mounts of a cluster that lets in only whom it knows, and lets each do only what he may: SASL/SCRAM over TLS, with
# access lists, on three brokers. What is refused is EACCES, and has changed nothing; and no secret shows up anywhere.

load lib
load secure

# Ann may do everything with the topics of the tests, bob what a topic's name says.
ANN_PASSWORD=ann-Secret.71523
BOB_PASSWORD=bob-Secret.90817
CAY_PASSWORD=cay-Secret.33418
DAN_PASSWORD=dan-Keystore.56120
WRONG_PASSWORD=wrong-Secret.20561

setup_file() {
    suite_begin
    secure_cluster_start
    conf=$BATS_FILE_TMPDIR/conf
    export conf
    mkdir -p "$conf"
    admin user ann "$ANN_PASSWORD"
    admin user bob "$BOB_PASSWORD"
    admin user cay "$CAY_PASSWORD"
    everything ann
    everything cay
    everything CN=dan
    admin allow bob topic describe- DESCRIBE
    for right in DESCRIBE READ WRITE DELETE; do
        admin allow bob topic "${right,,}-*" "$right"
    done
    admin allow bob topic 'create-*' CREATE DESCRIBE
    admin allow bob topic 'changing-*' DESCRIBE
    settings "$conf/ann" "$(login ann "$ANN_PASSWORD")"
    settings "$conf/bob" "$(login bob "$BOB_PASSWORD")"
    settings "$conf/cay" "$(login cay "$CAY_PASSWORD")"
    A=$(mount_pipes a --config "$conf/ann" --debug)
    # Without the right to tell others who writes.
    B=$(mount_pipes b --config "$conf/bob" -o presence=local,allow_delete)
    export A B
}

# everything USER: all that a mount can need.
everything() {
    admin allow "$1" topic 't-*' DESCRIBE DESCRIBE_CONFIGS READ WRITE CREATE DELETE
    admin allow "$1" topic __dnpipes DESCRIBE READ WRITE CREATE
    admin allow "$1" group 'dnpipes.*' DESCRIBE READ
}

teardown_file() {
    local failed=0
    unmount_all || failed=1
    secure_cluster_stop || failed=1
    suite_stop || failed=1
    return "$failed"
}
setup() {
    test_start
    dir=$BATS_TEST_TMPDIR
}
teardown() { test_stop; }

# topic_for RIGHT LINE…: a topic with which bob has this right alone; $topic is its name, $b its path for him.
topic_for() {
    topic=$1-$name
    b=$B/$topic
    shift
    admin create "$topic" 1
    (($# == 0)) || admin send "$topic" "$@"
}

# denied COMMAND…: it fails, and says why.
denied() {
    fails_with "Permission denied" within 30 "$@"
}

# changes_nothing COMMAND…: it succeeds as a test, and the super user finds all as it was.
changes_nothing() {
    local before
    before=$(admin state)
    "$@" || return 1
    equal "$(admin state)" "$before" "what the super user sees after '$*'"
}

in_shell() {
    bash -c "$1" "$@"
}

# push_to PATH: as a shell does, with the error of the write or the close.
push_to() {
    in_shell 'echo line >> "$1"' "$@"
}

# log_of MOUNTPOINT
log_of() {
    cat "$XDG_STATE_HOME"/dnpipes/*-"${1##*/}".log
}

#
# With all rights, and with none
#

@test "over TLS with a password: push, pull, follow, presence and reset, between two mounts" {
    C=$(mount_pipes c --config "$conf/cay")
    start "$dir/seen" cat "$C/$name@follow"
    push "$p" one two three
    equal "$(pull "$C/$name")" $'one\ntwo\nthree'
    start "$dir/followed" cat "$C/$name@follow"
    eventually 20 file_is "$dir/followed" $'one\ntwo\nthree'
    exec 5>> "$p"
    start "$dir/waiting" cat "$C/$name"
    eventually 20 file_is "$dir/waiting" $'one\ntwo\nthree'
    echo four >&5
    exec 5>&-
    ends_within 20000 "$pid"
    file_is "$dir/waiting" $'one\ntwo\nthree\nfour'
    equal "$(tail -n 1 "$C/$name")" four
    truncate -s 0 "$C/$name"
    equal "$(snapshot "$p")" ""
    equal "$(admin lines "$name")" ""
    contains "$(ls "$A")" "$name"
}

uses_of_none() {
    denied stat "$b" || return 1
    ! test -e "$b" && ! test -s "$b" || return 1
    denied cat "$b" || return 1
    denied cat "$b@snapshot" || return 1
    denied tail -n 1 "$b" || return 1
    denied push_to "$b" || return 1
    denied in_shell 'echo line > "$1"' "$b" || return 1
    denied touch "$b" || return 1
    denied truncate -s 0 "$b" || return 1
    denied rm -f "$b" || return 1
    denied getfattr -d "$b" || return 1
    [[ $(ls "$B") != *"$name"* ]] || fail "it is listed"
}

@test "who has no right to a topic does not see it listed, and whatever is done with its name is EACCES" {
    topic_for none one two
    changes_nothing uses_of_none
    equal "$(admin lines "$topic")" "one two"
}

#
# With one right
#

uses_of_describe() {
    contains "$(ls -l "$B")" "$topic" || return 1
    equal "$(stat -c '%s %F' "$b")" "0 regular empty file" || return 1
    equal "$(getfattr --only-values -n user.dnpipes.next_offset "$b")" 2 || return 1
    equal "$(getfattr --only-values -n user.dnpipes.messages "$b")" 2 || return 1
    fails_with "No such attribute" getfattr -n user.dnpipes.cleanup_policy "$b" || return 1
    ! test -s "$b" || return 1
    test -e "$b" || return 1
    touch "$b" || return 1
    denied cat "$b" || return 1
    denied cat "$b@snapshot" || return 1
    denied cat "$b@follow" || return 1
    denied tail -n 1 "$b" || return 1
    denied push_to "$b" || return 1
    denied truncate -s 0 "$b" || return 1
    fails_with "Device or resource busy" rm -f "$b"
}

@test "DESCRIBE alone: it is listed and has attributes; reading, writing, reset and rm fail" {
    topic_for describe one two
    changes_nothing uses_of_describe
    admin trim "$topic"
    changes_nothing denied rm -f "$b"
}

@test "READ alone: all of it can be read, and nothing can be changed" {
    topic_for read one two
    equal "$(pull "$b@snapshot")" $'one\ntwo'
    equal "$(tail -n 1 "$b")" two
    equal "$(stat -c %s "$b")" 8
    changes_nothing denied push_to "$b"
    changes_nothing denied truncate -s 0 "$b"
}

@test "WRITE alone: lines can be pushed, and neither read nor removed" {
    topic_for write
    push "$b" one two
    equal "$(admin lines "$topic")" "one two"
    equal "$(stat -c %s "$b")" 0
    changes_nothing denied cat "$b"
    changes_nothing denied cat "$b@snapshot"
    changes_nothing denied truncate -s 0 "$b"
}

@test "DELETE alone: it can be reset and deleted, also without the right to tell others of the reset" {
    topic_for delete one two
    changes_nothing denied cat "$b"
    changes_nothing denied push_to "$b"
    truncate -s 0 "$b"
    equal "$(admin lines "$topic")" ""
    rm "$b"
    ! admin state | grep -F "$topic" || fail "it is still there"
}

@test "a topic is made with CREATE, and not without" {
    changes_nothing denied touch "$B/describe-$name"
    changes_nothing denied in_shell 'echo line > "$1"' "$B/describe-$name"
    changes_nothing denied touch "$B/other-$name"
    touch "$B/create-$name"
    contains "$(admin state)" "create-$name"
    changes_nothing denied push_to "$B/create-$name"
}

@test "one pipe that may not be read holds up no other" {
    topic_for read one
    admin create "describe-$name" 1
    start "$dir/followed" cat "$b@follow"
    eventually 20 file_is "$dir/followed" one
    for i in 1 2 3; do
        denied cat "$B/describe-$name@follow"
        admin send "$topic" "more-$i"
        eventually 20 file_is "$dir/followed" "one$(printf '\nmore-%s' $(seq "$i"))"
    done
}

#
# dnpipes' own topic and groups
#

@test "without the rights for presence, opening for writing and the end of a pipe are EACCES, and the log says why" {
    topic_for read one
    admin create "write-$name" 1
    P=$(mount_pipes p --config "$conf/bob")
    changes_nothing denied push_to "$P/write-$name"
    changes_nothing denied cat "$P/$topic"
    equal "$(snapshot "$P/$topic")" one
    run -0 log_of "$P"
    contains "$output" "__dnpipes, where mounts tell each other who writes: this user lacks a right"
    push "$B/write-$name" two
    equal "$(admin lines "write-$name")" two
}

#
# Commands
#

@test "push, pull and reset say in one line what is denied, and change nothing" {
    topic_for describe one two
    commands() {
        local at=(--bootstrap-servers "$BROKER" --config "$conf/bob")
        one_line_error 1 "$DNPIPES" pull "${at[@]}" "$topic" && contains "$output" "lacks a right" || return 1
        one_line_error 1 "$DNPIPES" reset "${at[@]}" "$topic" && contains "$output" "lacks a right" || return 1
        one_line_error 1 "$DNPIPES" push "${at[@]}" "$topic" <<< line && contains "$output" "lacks a right" || return 1
        one_line_error 1 "$DNPIPES" push "${at[@]}" "describe-new-$name" <<< line && contains "$output" "lacks a right"
    }
    changes_nothing commands
}

#
# Who is not let in
#

# not_let_in COMMAND… -- PART…: within 10 s it fails with one line that has these parts. What the machine needs to start
# a JVM is not counted: that can be as long again.
not_let_in() {
    local command=() began
    while [[ $1 != -- ]]; do
        command+=("$1")
        shift
    done
    shift
    began=$(now_ms)
    one_line_error 1 within 30 "${command[@]}" || return 1
    (($(now_ms) - began < 20000)) || fail "it took $(($(now_ms) - began)) ms" || return 1
    [[ $output == "dnpipes: "* && $output != *Exception* ]] || fail "it says $output" || return 1
    while (($#)); do
        contains "$output" "$1" || return 1
        shift
    done
}

# mount_fails FILE SERVERS PART…: and nothing is mounted, and nothing left.
mount_fails() {
    local mountpoint=$BATS_FILE_TMPDIR/mnt/fails file=$1 servers=$2
    shift 2
    mkdir -p "$mountpoint"
    DNPIPES_TEST_MOUNT=$mountpoint not_let_in "$DNPIPES" mount --debug --bootstrap-servers "$servers" --config "$file" "$mountpoint" \
        -- "$@" || return 1
    not_mounted "$mountpoint" || fail "it is mounted" || return 1
    eventually 10 no_daemon "$mountpoint"
}

@test "a wrong password" {
    settings "$conf/wrong" "$(login ann "$WRONG_PASSWORD")"
    mount_fails "$conf/wrong" "$BROKER" "does not let this user in" "check user and password in sasl.jaas.config"
    not_let_in "$DNPIPES" push --bootstrap-servers "$BROKER" --config "$conf/wrong" "$name" -- "does not let this user in"
    ! admin state | grep -F "$name" || fail "a topic was made"
}

@test "a certificate that nobody we trust has signed" {
    make_ca other
    settings "$conf/untrusted" "$(login ann "$ANN_PASSWORD")" "ssl.truststore.location=$keys/other.pem"
    mount_fails "$conf/untrusted" "$BROKER" "not signed by anybody whom we trust" "check ssl.truststore.location"
    not_let_in "$DNPIPES" pull --bootstrap-servers "$BROKER" --config "$conf/untrusted" "$name" -- "check ssl.truststore.location"
}

@test "a certificate for another host" {
    mount_fails "$conf/ann" "${BROKER//localhost/127.0.0.1}" "certificate is not good" 127.0.0.1 "check the address"
}

@test "a mechanism that the cluster does not know" {
    settings "$conf/mechanism" "$(login ann "$ANN_PASSWORD")" sasl.mechanism=SCRAM-SHA-256
    mount_fails "$conf/mechanism" "$BROKER" SCRAM-SHA-256 "enabled mechanisms are [SCRAM-SHA-512]" "change sasl.mechanism"
}

@test "a client without TLS at a port with TLS" {
    (umask 077 && echo security.protocol=PLAINTEXT > "$conf/plain")
    mount_fails "$conf/plain" "$BROKER" "wants TLS; set security.protocol"
    not_let_in "$DNPIPES" reset --bootstrap-servers "$BROKER" "$name" -- "wants TLS; set security.protocol"
    settings "$conf/plain-login" "$(login ann "$ANN_PASSWORD")" security.protocol=SASL_PLAINTEXT
    not_let_in "$DNPIPES" pull --bootstrap-servers "$BROKER" --config "$conf/plain-login" "$name" -- "wants TLS"
}

@test "a client with TLS and no password at a port that wants one" {
    settings "$conf/nobody" security.protocol=SSL
    mount_fails "$conf/nobody" "$BROKER" "no answer; check the address, and whether it wants TLS or a password"
}

@test "what is no Kafka at all" {
    # It does not care for what it is sent: to pass that on to what has ended already would be a reason to end, too.
    socat -U TCP-LISTEN:0,bind=127.0.0.1,fork SYSTEM:'echo SSH-2.0-OpenSSH' 2> /dev/null 3>&- &
    echo $! >> "$dir/started"
    local server=$! port
    listens() { port=$(ss -Hltnp | awk -v pid="pid=$server," 'index($0, pid) { sub(/.*:/, "", $4); print $4 }') && [[ -n $port ]]; }
    eventually 20 listens
    listens
    not_let_in "$DNPIPES" pull --bootstrap-servers "127.0.0.1:$port" "$name" -- "is not Kafka; check the address"
}

@test "a user's certificate, its wrong password, and none" {
    make_certificate dan "$DAN_PASSWORD"
    with_keystore() { settings "$1" security.protocol=SSL ssl.keystore.type=PKCS12 "ssl.keystore.location=$keys/dan.p12" "ssl.keystore.password=$2"; }
    with_keystore "$conf/dan" "$DAN_PASSWORD"
    with_keystore "$conf/dan-wrong" "$WRONG_PASSWORD"
    BROKER=$CERTIFICATES
    D=$(mount_pipes d --config "$conf/dan" --debug)
    push "$D/$name" one
    equal "$(admin lines "$name")" one
    mount_fails "$conf/dan-wrong" "$CERTIFICATES" "Failed to load SSL keystore $keys/dan.p12" "keystore password was incorrect"
    settings "$conf/no-certificate" security.protocol=SSL
    mount_fails "$conf/no-certificate" "$CERTIFICATES" "TLS failed" ssl.keystore.location
}

@test "a login that cannot be understood is not quoted" {
    settings "$conf/malformed" "$(login ann "$ANN_PASSWORD" | sed 's/required/ /')"
    mount_fails "$conf/malformed" "$BROKER" "sasl.jaas.config cannot be understood; it should look like"
    # Kafka would say "Value not specified for key '…'", and have a part of the password there.
    settings "$conf/malformed" "$(login ann "x $ANN_PASSWORD" | sed 's/password="x \(.*\)"/password=x \1/')"
    mount_fails "$conf/malformed" "$BROKER" "sasl.jaas.config cannot be understood; it should look like"
    settings "$conf/malformed" "$(login ann '\u00zz'"$ANN_PASSWORD")"
    mount_fails "$conf/malformed" "$BROKER" "$conf/malformed is no file of properties" "write a backslash as two"
}

@test "a file with secrets that others can read is refused, unless that is allowed" {
    settings "$conf/readable" "$(login ann "$ANN_PASSWORD")"
    chmod 644 "$conf/readable"
    mount_fails "$conf/readable" "$BROKER" "holds a secret (sasl.jaas.config)" "chmod" "--allow-readable-config"
    push "$p" one
    equal "$("$DNPIPES" pull --bootstrap-servers "$BROKER" --config "$conf/readable" --allow-readable-config "$name")" one
}

#
# What changes while mounted
#

reads() {
    equal "$(pull "$1@snapshot")" "$2"
}

@test "rights that are taken away while mounted are EACCES at once, and work again when they are back" {
    topic=changing-$name b=$B/changing-$name
    admin create "$topic" 1
    admin send "$topic" one
    admin allow bob topic "$topic" READ WRITE
    eventually 20 reads "$b" one
    exec 5>> "$b"
    start "$dir/followed" cat "$b@follow"
    local follower=$pid
    echo two >&5
    eventually 20 file_is "$dir/followed" $'one\ntwo'
    admin disallow bob topic "$topic" READ WRITE
    ends_within 30000 "$follower"
    contains "$(cat "$dir/followed.err")" "Permission denied"
    # What the mount has read before it may still have in memory.
    admin send "$topic" three
    denied cat "$b@snapshot" > "$dir/got"
    ! grep three "$dir/got" || fail "it was read"
    changes_nothing denied in_shell 'echo four >&5'
    exec 5>&- || true
    admin allow bob topic "$topic" READ WRITE
    eventually 20 push_to "$b"
    equal "$(pull "$b@snapshot")" $'one\ntwo\nthree\nline'
}

@test "a user who is locked out while mounted gets errors and a line in the log, and goes on when he is let in again" {
    admin user eve "$CAY_PASSWORD"
    everything eve
    settings "$conf/eve" "$(login eve "$CAY_PASSWORD")"
    BROKER=$SHORT
    E=$(mount_pipes e --config "$conf/eve" -o timeout=5)
    push "$E/$name" one
    equal "$(pull "$E/$name")" one
    admin no-user eve
    locked_out() { ! in_shell 'echo x >> "$1"' "$E/$name" 2> "$dir/why" && ! stat "$E/$name" 2>> "$dir/why"; }
    eventually 60 locked_out
    run -0 cat "$dir/why"
    [[ $output == *"Permission denied"* || $output == *"timed out"* ]] || fail "the error is $output"
    run -0 log_of "$E"
    contains "$output" "Kafka cannot be used any more: it does not let this user in"
    admin user eve "$CAY_PASSWORD"
    eventually 200 push_to "$E/$name"
    eventually 60 stat "$E/$name"
    contains "$(pull "$E/$name")" one
}

#
# Secrets
#

# Last: everything that the other tests have written is there.
@test "no password is in a log, a file, a command line or an environment" {
    local secret file
    printf '%s\n' "$ANN_PASSWORD" "$BOB_PASSWORD" "$CAY_PASSWORD" "$DAN_PASSWORD" "$WRONG_PASSWORD" > "$dir/secrets"
    # Kafka's message would have a part of one.
    sed -n 's/.*Secret/Secret/p' "$dir/secrets" >> "$dir/secrets"
    # The test would find them if they were there.
    grep -rlFf "$dir/secrets" "$conf" | grep -F "$conf/ann" || fail "they are not even in the files that have them"
    find "$HOME" "$BATS_FILE_TMPDIR/mnt" -name '*.log*' -size +0 | grep -F 'state/dnpipes' || fail "there are no logs"
    ! grep -rlFf "$dir/secrets" "$HOME" || fail "in these files of the daemons"
    ! grep -rlFf "$dir/secrets" "$BATS_FILE_TMPDIR"/mnt/*.log || fail "in what was said to the user"
    for file in $(marked "DNPIPES_TEST_SUITE=$BATS_FILE_TMPDIR"); do
        ! grep -lFaf "$dir/secrets" "/proc/$file/cmdline" "/proc/$file/environ" || fail "of $(ps -o args= -p "$file")"
    done
    ! ps -eo args | grep -Ff "$dir/secrets" | grep -v grep || fail "in ps"
}
