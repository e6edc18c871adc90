#!/usr/bin/env bats
# What goes wrong in plain use: each time one clear line, the right exit status, and nothing left behind.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    export A
}
teardown_file() { suite_stop; }
setup() {
    test_start
    dir=$BATS_TEST_TMPDIR/mnt
    mkdir "$dir"
}
teardown() {
    ! mounted "$dir" || fusermount -uz "$dir"
    test_stop
}

# mount_fails STATUS PART ARGUMENT…: 'dnpipes mount' says one line that contains PART, and leaves neither mount nor
# process.
mount_fails() {
    local expected=$1 part=$2
    shift 2
    one_line_error "$expected" within 40 env DNPIPES_TEST_MOUNT="$dir" "$DNPIPES" mount "$@"
    contains "$output" "$part"
    eventually 5 released "$dir"
}

# usage_error PART ARGUMENT…: exit status 2, a line that contains PART, and at most one with a hint.
usage_error() {
    local part=$1
    shift
    run --separate-stderr within 40 env DNPIPES_TEST_MOUNT="$dir" "$DNPIPES" "$@"
    equal "$status" 2 "the exit status of '$*' (stderr: $stderr)"
    contains "${stderr_lines[0]}" "$part"
    ((${#stderr_lines[@]} <= 2)) || fail "that is long:" "$stderr"
    equal "$output" "" stdout
    eventually 5 released "$dir"
}

@test "a mount point that does not exist" {
    mount_fails 1 "$dir/missing" --bootstrap-servers "$BROKER" "$dir/missing"
    [[ ! -e $dir/missing ]]
}

@test "a mount point that is a file" {
    touch "$dir/file"
    mount_fails 1 "$dir/file" --bootstrap-servers "$BROKER" "$dir/file"
}

@test "a mount point that is not empty" {
    echo mine > "$dir/file"
    mount_fails 1 "$dir" --bootstrap-servers "$BROKER" "$dir"
    equal "$(cat "$dir/file")" mine
}

@test "a mount point that is mounted already, which goes on working" {
    push "$p" x
    one_line_error 1 within 40 env DNPIPES_TEST_MOUNT="$dir" "$DNPIPES" mount --bootstrap-servers "$BROKER" "$A"
    contains "$output" "$A"
    eventually 10 no_daemon "$dir"
    equal "$(pull "$p")" x
    equal "$(awk -v dir="$A" '$5 == dir' /proc/self/mountinfo | wc -l)" 1
}

@test "a broker that cannot be reached, within 10 seconds" {
    began=$(now_ms)
    mount_fails 1 "127.0.0.1:9" --bootstrap-servers 127.0.0.1:9 "$dir"
    took=$(($(now_ms) - began))
    figure "said so after $took ms"
    ((took <= 15000)) || fail "it took $took ms"
}

@test "something that listens and is no Kafka broker" {
    start "$BATS_TEST_TMPDIR/port" perl -MIO::Socket::INET -e '
        $| = 1; my $s = IO::Socket::INET->new(Listen => 50, LocalAddr => "127.0.0.1") or die; print $s->sockport, "\n";
        my @open; while (my $c = $s->accept) { push @open, $c }'
    eventually 10 test -s "$BATS_TEST_TMPDIR/port"
    port=$(cat "$BATS_TEST_TMPDIR/port")
    began=$(now_ms)
    mount_fails 1 "127.0.0.1:$port" --bootstrap-servers "127.0.0.1:$port" "$dir"
    took=$(($(now_ms) - began))
    ((took <= 15000)) || fail "it took $took ms"
}

@test "a broker address that is none" {
    run --separate-stderr within 40 env DNPIPES_TEST_MOUNT="$dir" "$DNPIPES" mount --bootstrap-servers nonsense "$dir"
    ((status == 1 || status == 2)) || fail "status $status"
    contains "$stderr" nonsense
    equal "${#stderr_lines[@]}" 1 "the number of lines ($stderr)"
    eventually 5 released "$dir"
}

@test "a host that does not resolve" {
    mount_fails 1 "no-such-host.invalid:9092" --bootstrap-servers no-such-host.invalid:9092 "$dir"
}

@test "a configuration file that does not exist" {
    mount_fails 1 "$dir/none.properties" --config "$dir/none.properties" "$dir"
}

@test "a configuration file without bootstrap.servers" {
    echo "client.id=x" > "$BATS_TEST_TMPDIR/client.properties"
    mount_fails 1 "bootstrap.servers" --config "$BATS_TEST_TMPDIR/client.properties" "$dir"
}

@test "an option that does not exist" {
    usage_error nonsense mount -o nonsense --bootstrap-servers "$BROKER" "$dir"
    usage_error --nonsense mount --nonsense "$dir"
}

@test "an option with a value that it cannot have" {
    for option in timeout=abc timeout=-1 timeout=0 eof=maybe isolation=none umask=999 umask=abc uid=x replication=-2 lease=1 presence=maybe; do
        usage_error "${option%=*}" mount -o "$option" --bootstrap-servers "$BROKER" "$dir"
    done
}

@test "an option that lacks its value" {
    usage_error timeout mount -o timeout --bootstrap-servers "$BROKER" "$dir"
}

@test "no mount point, and one too many" {
    usage_error "" mount --bootstrap-servers "$BROKER"
    usage_error "" mount --bootstrap-servers "$BROKER" "$dir" "$dir"
}

@test "umount of what is not mounted, of what is no dnpipes mount, and of what does not exist" {
    one_line_error 1 within 20 "$DNPIPES" umount "$dir"
    contains "$output" "$dir"
    one_line_error 1 within 20 "$DNPIPES" umount /proc
    contains "$output" /proc
    mountpoint -q /proc
    one_line_error 1 within 20 "$DNPIPES" umount "$dir/missing"
    contains "$output" "$dir/missing"
}

@test "pushing to an illegal name: one line of the shell, and nothing is created" {
    find "$A" -mindepth 1 > "$BATS_TEST_TMPDIR/before"
    run within 10 bash -c 'echo x > "$1"' - "$A/not legal"
    equal "$status" 1
    equal "${#lines[@]}" 1
    contains "$output" "Invalid argument"
    find "$A" -mindepth 1 > "$BATS_TEST_TMPDIR/after"
    same_bytes "$BATS_TEST_TMPDIR/after" "$BATS_TEST_TMPDIR/before"
}

@test "reading a missing pipe: one line of the tool, and nothing is created" {
    run within 10 cat "$p"
    equal "$status" 1
    equal "${#lines[@]}" 1
    contains "$output" "No such file or directory"
    run within 10 tail -n 1 "$p"
    equal "$status" 1
    [[ ! -e $p ]]
}

@test "an unknown view: one line of the tool" {
    push "$p" x
    run within 10 cat "$p@nonsense"
    equal "$status" 1
    equal "${#lines[@]}" 1
    contains "$output" "No such file or directory"
}

@test "a mount that fails leaves no topic behind" {
    kafka topics > "$BATS_TEST_TMPDIR/before"
    mount_fails 1 "$dir/missing" --bootstrap-servers "$BROKER" "$dir/missing"
    usage_error nonsense mount -o nonsense --bootstrap-servers "$BROKER" "$dir"
    kafka topics > "$BATS_TEST_TMPDIR/after"
    same_bytes "$BATS_TEST_TMPDIR/after" "$BATS_TEST_TMPDIR/before"
}
