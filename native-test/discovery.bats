#!/usr/bin/env bats
# Brokers that DNS tells: srv:NAME, asked of a name server of this suite's own, by processes with a resolv.conf of their
# own. Needs root for that.

load lib

NAMESERVER=127.77.0.1

setup_file() {
    suite_start
    export PORT=${BROKER##*:}
    echo "nameserver $NAMESERVER" > "$BATS_FILE_TMPDIR/resolv.conf"
    cat > "$BATS_FILE_TMPDIR/with-dns" << END
#!/bin/sh
mount --bind $BATS_FILE_TMPDIR/resolv.conf /etc/resolv.conf && exec "\$@"
END
    chmod +x "$BATS_FILE_TMPDIR/with-dns"
    start_dns
}
teardown_file() {
    kill "$(cat "$BATS_FILE_TMPDIR/dns.pid")" || true
    suite_stop
}
setup() { test_start; }
teardown() { test_stop; }

start_dns() {
    PATH=$PATH:/usr/sbin dnsmasq --conf-file=/dev/null --no-daemon --user=root --port=53 --listen-address="$NAMESERVER" --bind-interfaces \
        --no-resolv --no-hosts --local=/example.test/ \
        --address=/b1.example.test/127.0.0.1 --address=/b2.example.test/127.0.0.1 \
        --srv-host="_kafka._tcp.example.test,b1.example.test,$PORT,10,5" \
        --srv-host="_kafka._tcp.example.test,b2.example.test,$PORT,20,5" \
        --srv-host="_part._tcp.example.test,b1.example.test,$PORT,10,5" \
        --srv-host="_part._tcp.example.test,b2.example.test,1,20,5" \
        --srv-host=_none._tcp.example.test > "$BATS_FILE_TMPDIR/dns.log" 2>&1 3>&- < /dev/null &
    echo $! > "$BATS_FILE_TMPDIR/dns.pid"
    eventually 20 grep -q 'started' "$BATS_FILE_TMPDIR/dns.log"
}

# with_dns COMMAND…: in a mount name space where /etc/resolv.conf names that server.
with_dns() {
    within 60 unshare -m "$BATS_FILE_TMPDIR/with-dns" "$@"
}

@test "a name stands for the brokers that DNS has, the one with the smallest priority first" {
    echo one | with_dns "$DNPIPES" push --bootstrap-servers srv:_kafka._tcp.example.test "$name"
    equal "$(DNPIPES_BOOTSTRAP_SERVERS=srv:_kafka._tcp.example.test. with_dns "$DNPIPES" pull "$name")" one
    equal "$(echo two | with_dns "$DNPIPES" --mode=publisher --broker=srv:_kafka._tcp.example.test --topic="$name")" "> > "
}

@test "names and addresses can stand side by side" {
    echo one | with_dns "$DNPIPES" push --bootstrap-servers "127.0.0.1:$PORT,srv:_kafka._tcp.example.test" "$name"
    equal "$(with_dns "$DNPIPES" pull --bootstrap-servers "srv:_kafka._tcp.example.test,127.0.0.1:$PORT" "$name")" one
}

@test "a mount finds its cluster so, too" {
    mkdir "$BATS_TEST_TMPDIR/mnt"
    # What is mounted in that name space is seen there alone.
    # shellcheck disable=SC2016
    equal "$(DNPIPES_TEST_MOUNT=$BATS_TEST_TMPDIR/mnt with_dns sh -c '"$1" mount --bootstrap-servers srv:_kafka._tcp.example.test "$2" && echo hello > "$2/$3" &&
        cat "$2/$3@snapshot"; findmnt -n -o SOURCE "$2"; "$1" umount "$2"' - "$DNPIPES" "$BATS_TEST_TMPDIR/mnt" "$name")" "hello
b1.example.test:$PORT,b2.example.test:$PORT"
    eventually 20 no_daemon "$BATS_TEST_TMPDIR/mnt"
}

@test "the doctor looks names up, and says which of the hosts cannot be reached" {
    run with_dns "$DNPIPES" doctor --bootstrap-servers srv:_part._tcp.example.test
    equal "$status" 1
    contains "$output" "b1.example.test:$PORT can be reached"
    contains "$output" "PROBLEM  b2.example.test:1 cannot be reached"
}

@test "a name that does not exist, one that says there is no such service, and what is no name, are one line each" {
    for server in "srv:_nx._tcp.example.test|DNS has no SRV records of _nx._tcp.example.test" \
        "srv:_none._tcp.example.test|there is no such service" "srv:|a name in DNS" "srv:a b|a name in DNS"; do
        one_line_error 1 with_dns "$DNPIPES" pull --bootstrap-servers "${server%%|*}" "$name"
        contains "$output" "${server##*|}"
    done
}

@test "a name server that does not answer is one line, soon" {
    kill -STOP "$(cat "$BATS_FILE_TMPDIR/dns.pid")"
    run --separate-stderr with_dns "$DNPIPES" pull --bootstrap-servers srv:_kafka._tcp.example.test "$name"
    kill -CONT "$(cat "$BATS_FILE_TMPDIR/dns.pid")"
    equal "$status" 1
    equal "${#stderr_lines[@]}" 1
    contains "$stderr" "check the name servers in /etc/resolv.conf"
}
