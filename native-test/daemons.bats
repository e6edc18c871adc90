#!/usr/bin/env bats
# Programs that know nothing of brokers and write logs, for real: nginx, rsyslog, logrotate, cron's shells, script. Each
# runs by itself, with its own configuration and sockets in the test's folder; the system's services are not touched.

load lib

# Daemons are not in the PATH of ordinary users.
PATH=$PATH:/usr/sbin:/sbin

setup_file() {
    local tool
    for tool in nginx curl rsyslogd logger logrotate script; do
        command -v "$tool" > /dev/null || fail "there is no $tool: native-test/run installs it" || return 1
    done
    suite_start
    A=$(mount_pipes a)
    B=$(mount_pipes b)
    # logrotate looks for the end as of a regular file.
    E=$(mount_pipes e -o eof=end)
    export A B E
}
teardown_file() { suite_stop; }
setup() {
    test_start
    dir=$BATS_TEST_TMPDIR
}
teardown() {
    local failed=0
    signal_broker CONT
    nginx_is_stopped || failed=1
    test_stop || failed=1
    return "$failed"
}

# tells PATH TEXT
tells() {
    snapshot "$1" | grep -F -- "$2"
}

# follow PATH: a tail shows what comes, and what there is, in $dir/seen. (With -n +1 it would fill its buffer first.)
follow() {
    start "$dir/seen" tail -n 100000 -f "$1"
}

#
# nginx
#

PAD=$(printf 'pad%.0s' {1..700})

# nginx_starts ACCESS_LOG [ERROR_LOG [USER]]: the first with its options; two workers, that listen at a socket. The pid
# of the master is in $nginx.
nginx_starts() {
    local user=${3:-root} group
    group=$(id -gn "$user")
    mkdir -p "$dir/temp" "$dir/html"
    cat > "$dir/nginx.conf" <<END
daemon off;
worker_processes 2;
pid $dir/nginx.pid;
user $user $group;
error_log ${2:-$dir/nginx.err} notice;
events { worker_connections 64; }
http {
    client_body_temp_path temp/1; proxy_temp_path temp/2; fastcgi_temp_path temp/3; uwsgi_temp_path temp/4;
    scgi_temp_path temp/5;
    log_format padded '\$request_uri \$http_x_pad.';
    access_log $1;
    server {
        listen unix:$dir/nginx.sock;
        # Logs whose names depend on requests are only written if there is a root.
        root $dir/html;
        location / { return 204; }
        location /forbidden { deny all; }
    }
}
END
    start "$dir/nginx.out" nginx -p "$dir" -c "$dir/nginx.conf"
    nginx=$pid
    eventually 20 served || fail "$(cat "$dir/nginx.out.err" "$dir/nginx.err")"
}

# It answers. Requests for this place are not counted.
served() {
    curl -s -o /dev/null --unix-socket "$dir/nginx.sock" http://localhost/up
}

# After a test that failed, too. A master replaces workers that are killed, so it must not run meanwhile; and nginx writes
# over its environment, by which end_leftovers would find it.
nginx_is_stopped() {
    local child workers
    [[ -n ${nginx:-} ]] && alive "$nginx" || return 0
    kill -STOP "$nginx"
    workers=$(ps -o pid= --ppid "$nginx")
    kill -KILL "$nginx"
    wait "$nginx" 2> /dev/null || true
    for child in $workers; do
        kill -KILL "$child" 2> /dev/null || true
        eventually 10 gone "$child"
    done
}

nginx_signal() {
    nginx -p "$dir" -c "$dir/nginx.conf" -s "$1" 2> "$dir/signal.err" || fail "$(cat "$dir/signal.err")"
}

# asks CLIENT LAST [OPTION…]: in the background, requests for /CLIENT/1 to /CLIENT/LAST.
asks() {
    local client=$1 last=$2
    shift 2
    start "$dir/client-$client" curl -s -f --unix-socket "$dir/nginx.sock" -H "X-Pad: $PAD" "$@" "http://localhost/$client/[1-$last]"
    clients+=("$pid")
}

# four_ask LAST [OPTION…]: four clients at a time.
four_ask() {
    clients=()
    asks one "$@"
    asks two "$@"
    asks three "$@"
    asks four "$@"
}

# All their requests were answered.
answered() {
    local client
    for client in "${clients[@]}"; do
        ends_within 60000 "$client" || return 1
        equal "$status" 0 "the status of curl" || return 1
    done
}

# logged_by FILE LAST: it has one whole line for each request of four_ask, and no other. Each client's are in no order
# if its connections were served by several workers.
logged_by() {
    local client
    for client in one two three four; do
        seq -f "/$client/%.0f $PAD." 1 "$2"
    done | sort > "$dir/want"
    grep -v '^/up ' "$1" | sort > "$dir/sorted"
    same_bytes "$dir/sorted" "$dir/want"
}

# holds_log_of LAST: the pipe does. The last of many lines that come fast are on their way when nginx goes on.
holds_log_of() {
    snapshot "$p" > "$dir/got"
    logged_by "$dir/got" "$1"
}

@test "nginx: each request is a whole line in the pipe, whichever worker served it, and a reader elsewhere gets all" {
    nginx_starts "$p padded"
    start "$dir/read" cat "$B/$name"
    reader=$pid
    four_ask 200
    answered
    eventually 20 holds_log_of 200
    nginx_signal quit
    ends_within 20000 "$nginx"
    equal "$status" 0
    ends_within 20000 "$reader"
    equal "$status" 0
    logged_by "$dir/read" 200
    pull "$p" > "$dir/got"
    same_bytes "$dir/read" "$dir/got"
    file_is "$dir/nginx.out.err" ""
}

@test "nginx: a buffered log is written when the buffer is full, after a second, and at the end" {
    nginx_starts "$p padded buffer=32k flush=1s"
    follow "$B/$name"
    four_ask 200
    answered
    eventually 20 logged_by "$dir/seen" 200
    # These are still in a buffer when it ends.
    asks five 3
    answered
    nginx_signal quit
    ends_within 20000 "$nginx"
    equal "$status" 0
    pull "$p" > "$dir/all"
    equal "$(grep -c '^/five/[123] '"$PAD"'\.$' "$dir/all")" 3
    grep -v '^/five/' "$dir/all" > "$dir/got"
    logged_by "$dir/got" 200
}

@test "nginx: reopen and reload under load lose nothing, with the error log in a pipe too" {
    nginx_starts "$p padded" "$p-errors"
    follow "$B/$name"
    # A connection of its own for each request, so that none is cut by a worker that leaves.
    four_ask 150 -H 'Connection: close'
    for signal in reopen reload reopen reload; do
        before=$(snapshot "$p-errors" | wc -l)
        nginx_signal "$signal"
        case $signal in
            reopen) says='reopening logs' ;;
            reload) says='start worker process' ;;
        esac
        eventually 20 says_since "$p-errors" "$before" "$says"
    done
    answered
    eventually 20 logged_by "$dir/seen" 150
    curl -s -o /dev/null --unix-socket "$dir/nginx.sock" http://localhost/forbidden
    eventually 10 tells "$p-errors" 'access forbidden by rule'
    nginx_signal quit
    ends_within 20000 "$nginx"
    equal "$status" 0
    pull "$p" | grep -v '^/forbidden' > "$dir/got"
    logged_by "$dir/got" 150
    pull "$p-errors" > "$dir/errors"
    ! grep -vE '^[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8} \[(notice|error)\] [0-9]+#[0-9]+: .' "$dir/errors" || fail "not whole"
    equal "$(tail -n 1 "$dir/errors" | sed 's/.*: //')" exit
}

# says_since PATH LINES TEXT: behind so many lines.
says_since() {
    snapshot "$1" | tail -n "+$(($2 + 1))" | grep -F -- "$3"
}

@test "nginx: workers of a user who has no access to the mount write to what the master opened" {
    ((EUID == 0)) || return 0
    nginx_starts "$p padded" "$dir/nginx.err" nobody
    four_ask 50
    answered
    nginx_signal quit
    ends_within 20000 "$nginx"
    pull "$p" > "$dir/got"
    logged_by "$dir/got" 50
}

@test "nginx: workers of another user reopen a log on a mount for all users" {
    ((EUID == 0)) || return 0
    shared=$(mount_pipes shared -o allow_other,umask=0)
    # As to the folders above it.
    at=$shared
    until [[ $at == "${DNPIPES_TEST_RUN%/*}" || $at == / ]]; do
        at=${at%/*}
        chmod a+x "${at:-/}"
    done
    nginx_starts "$shared/$name padded" "$dir/nginx.err" nobody
    four_ask 50
    nginx_signal reopen
    eventually 20 reopened_by_all
    answered
    nginx_signal quit
    ends_within 20000 "$nginx"
    ! grep -F '[emerg]' "$dir/nginx.err" || fail "could not reopen"
    pull "$p" > "$dir/got"
    logged_by "$dir/got" 50
}

# The master and its two workers have.
reopened_by_all() {
    equal "$(grep -c ': reopening logs' "$dir/nginx.err")" 3 "$(cat "$dir/nginx.err")"
}

@test "nginx: a log whose name depends on the request is a pipe for each" {
    nginx_starts "$A/\$arg_to padded"
    clients=()
    for i in 1 2 3; do
        start "$dir/client-$i" curl -s -f --unix-socket "$dir/nginx.sock" -H "X-Pad: $PAD" "http://localhost/[1-15]?to=$name-$i"
        clients+=("$pid")
    done
    answered
    nginx_signal quit
    ends_within 20000 "$nginx"
    for i in 1 2 3; do
        equal "$(pull "$p-$i")" "$(seq -f "/%.0f?to=$name-$i $PAD." 1 15)"
    done
}

#
# rsyslog
#

# rsyslog_starts PATH [PARAMETER…]: it writes what comes in at the socket $dir/log.sock or at port $port to PATH. Its pid
# is in $rsyslog.
rsyslog_starts() {
    local path=$1
    shift
    cat > "$dir/rsyslog.conf" <<END
global(workDirectory="$dir")
module(load="imuxsock" SysSock.Use="off")
module(load="imtcp")
input(type="imuxsock" Socket="$dir/log.sock")
input(type="imtcp" address="127.0.0.1" port="0" listenPortFileName="$dir/port")
template(name="text" type="string" string="%msg:2:\$%\n")
action(type="omfile" file="$path" template="text" $*)
END
    start "$dir/rsyslog" rsyslogd -n -f "$dir/rsyslog.conf" -i "$dir/rsyslog.pid"
    rsyslog=$pid
    eventually 20 test -S "$dir/log.sock" -a -s "$dir/port" || fail "$(cat "$dir/rsyslog.err")"
    port=$(cat "$dir/port")
}

rsyslog_ends() {
    kill "$rsyslog"
    ends_within 20000 "$rsyslog"
    equal "$status" 0
}

# logs FILE: each line of it is a message.
logs() {
    within 60 logger -u "$dir/log.sock" -t test -f "$1"
}

# range FIRST LAST: messages, in the file $dir/lines-FIRST.
range() {
    seq -f 'message %.0f, of some length' "$1" "$2" > "$dir/lines-$1"
}

# followed_to LINES: the follower has seen the messages 1 to LINES, each once and in order.
followed_to() {
    range 1 "$1"
    same_bytes "$dir/seen" "$dir/lines-1"
}

@test "rsyslog: each message at its socket is a line, in order, and shows up elsewhere" {
    touch "$p"
    rsyslog_starts "$p"
    follow "$B/$name"
    range 1 1000
    logs "$dir/lines-1"
    eventually 20 followed_to 1000
    rsyslog_ends
    pull "$p" > "$dir/got"
    same_bytes "$dir/got" "$dir/lines-1"
    file_is "$dir/rsyslog.err" ""
}

@test "rsyslog: messages over TCP, written asynchronously through a buffer of its own" {
    touch "$p"
    rsyslog_starts "$p" 'asyncWriting="on" ioBufferSize="16k" flushInterval="1" flushOnTXEnd="off"'
    follow "$B/$name"
    range 1 5000
    within 60 logger --tcp -n 127.0.0.1 -P "$port" --rfc3164 -t test -f "$dir/lines-1"
    eventually 20 followed_to 5000
    # These are still in its buffer when it ends.
    range 5001 5003
    within 60 logger --tcp -n 127.0.0.1 -P "$port" --rfc3164 -t test -f "$dir/lines-5001"
    eventually 10 taken
    rsyslog_ends
    range 1 5003
    pull "$p" > "$dir/got"
    same_bytes "$dir/got" "$dir/lines-1"
    file_is "$dir/rsyslog.err" ""
}

# Nothing is left to read on rsyslog's side of closed connections.
taken() {
    ! ss -Htn "sport = :$port" | grep . || fail "still connected"
}

@test "rsyslog: HUP while messages come in loses none" {
    touch "$p"
    rsyslog_starts "$p"
    follow "$B/$name"
    range 1 4000
    start "$dir/logger" logger -u "$dir/log.sock" -t test -f "$dir/lines-1"
    logger=$pid
    for i in 1 2 3 4 5; do
        kill -HUP "$rsyslog"
        sleep 0.1
    done
    ends_within 60000 "$logger"
    equal "$status" 0
    eventually 20 followed_to 4000
    kill -HUP "$rsyslog"
    range 4001 4010
    logs "$dir/lines-4001"
    eventually 20 followed_to 4010
    rsyslog_ends
    range 1 4010
    pull "$p" > "$dir/got"
    same_bytes "$dir/got" "$dir/lines-1"
    file_is "$dir/rsyslog.err" ""
}

@test "rsyslog: a broker that is away for some seconds loses nothing" {
    touch "$p"
    rsyslog_starts "$p"
    follow "$B/$name"
    range 1 50
    logs "$dir/lines-1"
    eventually 20 followed_to 50
    signal_broker STOP
    range 51 80
    logs "$dir/lines-51"
    sleep 2
    range 81 100
    logs "$dir/lines-81"
    sleep 1
    signal_broker CONT
    range 101 120
    logs "$dir/lines-101"
    eventually 30 followed_to 120
    rsyslog_ends
    range 1 120
    pull "$p" > "$dir/got"
    same_bytes "$dir/got" "$dir/lines-1"
    file_is "$dir/rsyslog.err" ""
}

@test "rsyslog: an outage beyond the timeout is reported, and a HUP makes it go on" {
    touch "$p"
    brief=$(mount_pipes brief -o timeout=4)
    rsyslog_starts "$brief/$name"
    follow "$B/$name"
    range 1 50
    logs "$dir/lines-1"
    eventually 20 followed_to 50
    signal_broker STOP
    range 51 60
    logs "$dir/lines-51"
    eventually 20 grep -q 'write error.*Connection timed out' "$dir/rsyslog.err"
    signal_broker CONT
    # A new open of the pipe goes on by itself; the one that has failed does not.
    eventually 60 push "$brief/$name-other" x
    kill -HUP "$rsyslog"
    eventually 20 goes_on
    range 101 120
    logs "$dir/lines-101"
    eventually 20 ends_with "$p" 'message 120, of some length'
    rsyslog_ends
    pull "$p" > "$dir/got"
    head -n 50 "$dir/got" | cmp - "$dir/lines-1"
    tail -n 20 "$dir/got" | cmp - "$dir/lines-101"
    # The fate of those that timed out is unknown, but no line is there twice or out of its turn, and each is whole.
    range 51 100
    ! tail -n +51 "$dir/got" | head -n -20 | grep -vxF -f "$dir/lines-51" || fail "$(cat "$dir/got")"
    sort -c -u -k 2n "$dir/got"
    eventually 20 same_bytes "$dir/seen" "$dir/got"
}

# One message more is in the pipe. (Those that rsyslog handles before the HUP are lost.)
goes_on() {
    local tried
    echo >> "$dir/tries"
    tried=$((60 + $(lines_in "$dir/tries")))
    range "$tried" "$tried"
    logs "$dir/lines-$tried"
    sleep 0.6
    ends_with "$p" "message $tried, of some length"
}

# ends_with PATH LINE
ends_with() {
    equal "$(snapshot "$1" | tail -n 1)" "$2"
}

#
# logrotate
#

# rotate PATH [DIRECTIVE…]: now. What it says is in $dir/rotate.
rotate() {
    rotate_conf "$@"
    within 30 logrotate -v -f -s "$dir/rotate.state" "$dir/rotate.conf" > "$dir/rotate" 2>&1
}

rotate_conf() {
    local path=$1
    shift
    mkdir -p "$dir/old"
    { echo "$path {" && printf '%s\n' 'rotate 3' "$@" && echo "}"; } > "$dir/rotate.conf"
    chmod 600 "$dir/rotate.conf"
}

@test "logrotate with copytruncate moves what is in the pipe to the rotated file, and its writer goes on" {
    seq 1 500 > "$p"
    exec 5>> "$p"
    start "$dir/seen" tail -f "$B/$name"
    eventually 10 file_is "$dir/seen" "$(seq 491 500)"
    echo 501 >&5
    rotate "$E/$name" copytruncate "olddir $dir/old" || fail "$(cat "$dir/rotate")"
    equal "$(cat "$dir/old/$name.1")" "$(seq 1 501)"
    equal "$(snapshot "$p")" ""
    equal "$(snapshot "$B/$name")" ""
    echo new >&5
    equal "$(snapshot "$p")" new
    eventually 10 grep -qx new "$dir/seen"
    # What tail had not shown before the reset is in the rotated file alone.
    equal "$(grep -vx 501 "$dir/seen")" "$(seq 491 500)"$'\nnew'
    rotate "$E/$name" copytruncate "olddir $dir/old" || fail "$(cat "$dir/rotate")"
    equal "$(cat "$dir/old/$name.2")" "$(seq 1 501)"
    equal "$(cat "$dir/old/$name.1")" new
    exec 5>&-
    equal "$(snapshot "$p")" ""
}

@test "logrotate with copytruncate while lines are pushed: each is whole, once and in order, in the file or in the pipe" {
    touch "$p"
    start "$dir/writer" perl -e 'open my $p, ">>", $ARGV[0] or die; for (1 .. 2000) { syswrite $p, "line $_\n" or die "$!" }
        close $p or die "$!"' "$p"
    writer=$pid
    eventually 20 holds_some "$p"
    rotate "$E/$name" copytruncate "olddir $dir/old" || fail "$(cat "$dir/rotate")"
    ends_within 60000 "$writer"
    equal "$status" 0
    snapshot "$p" > "$dir/rest"
    rotated=$(lines_in "$dir/old/$name.1")
    seq -f 'line %.0f' 1 "$rotated" | cmp - "$dir/old/$name.1"
    # The lines between the copying and the reset are lost with any file; see logrotate(8).
    rest=$(lines_in "$dir/rest")
    ((rotated + rest <= 2000))
    seq -f 'line %.0f' "$((2001 - rest))" 2000 | cmp - "$dir/rest"
}

holds_some() {
    [[ -n $(snapshot "$1") ]]
}

@test "logrotate with copytruncate waits for ever without eof=end, and when it is ended nothing is lost" {
    # It opens what it copies for writing, too, so it waits for itself.
    seq 1 100 > "$p"
    rotate_conf "$p" copytruncate "olddir $dir/old"
    start "$dir/rotate" logrotate -f -s "$dir/rotate.state" "$dir/rotate.conf"
    eventually 20 file_is "$dir/old/$name.1" "$(seq 1 100)"
    eventually 10 reading "$pid"
    kill "$pid"
    ends_within 5000 "$pid"
    equal "$(pull "$p")" "$(seq 1 100)"
}

@test "logrotate with copytruncate and no olddir makes pipes of what it rotates, once" {
    push "$p" a b
    rotate "$E/$name" copytruncate || fail "$(cat "$dir/rotate")"
    equal "$(snapshot "$p.1")" $'a\nb'
    equal "$(snapshot "$p")" ""
    # Then they would have to be renamed.
    push "$p" c
    ! rotate "$E/$name" copytruncate || fail "$(cat "$dir/rotate")"
    contains "$(cat "$dir/rotate")" "Operation not permitted"
    equal "$(snapshot "$p.1")" $'a\nb'
    equal "$(snapshot "$p")" c
}

@test "logrotate that would rename the pipe fails, and changes nothing" {
    push "$p" a b
    exec 5>> "$p"
    for create in create nocreate; do
        ! rotate "$p" "$create" || fail "$(cat "$dir/rotate")"
        contains "$(cat "$dir/rotate")" "Operation not permitted"
        [[ ! -e $p.1 ]]
    done
    echo c >&5
    exec 5>&-
    equal "$(pull "$p")" $'a\nb\nc'
}

#
# Shells and terminals
#

@test "cron: 20 jobs at a time that append what they say to one pipe lose nothing, and keep their own order" {
    cat > "$dir/job" <<'END'
#!/bin/sh
echo "$1 begins"
for i in 1 2 3 4 5; do
    echo "$1 output $i"
    ls "/there is no $1 $i" > /dev/null || echo "$1 error $i" >&2
done
seq -f "$1 counts %.0f" 1 20
printf '%s has no line feed at its end' "$1"
END
    chmod +x "$dir/job"
    touch "$p"
    exec 5>> "$p"
    start "$dir/seen" cat "$B/$name"
    reader=$pid
    jobs=()
    for job in {1..20}; do
        # Some on either mount.
        ((job % 3 == 0)) && at=$B || at=$A
        start "$dir/out-$job" sh -c '"$0" "$1" >> "$2" 2>&1' "$dir/job" "job-$job" "$at/$name"
        jobs+=("$pid")
    done
    for job in "${jobs[@]}"; do
        ends_within 60000 "$job"
        equal "$status" 0
    done
    exec 5>&-
    ends_within 20000 "$reader"
    equal "$status" 0
    pull "$p" > "$dir/got"
    same_bytes "$dir/seen" "$dir/got"
    for job in {1..20}; do
        "$dir/job" "job-$job" > "$dir/want-$job" 2>&1
        echo >> "$dir/want-$job"
        grep -w "job-$job" "$dir/got" > "$dir/got-$job"
        same_bytes "$dir/got-$job" "$dir/want-$job"
    done
    equal "$(lines_in "$dir/got")" "$(cat "$dir"/want-* | wc -l)"
}

@test "script keeps a terminal's session in a pipe, also at the end of another one" {
    export SHELL=/bin/sh
    touch "$p"
    start "$dir/seen" cat "$B/$name"
    reader=$pid
    eventually 10 reading "$reader"
    within 30 script -q -c 'echo one; test -t 1 && echo two; printf part' "$p" < /dev/null > "$dir/out"
    ends_within 20000 "$reader"
    within 30 script -q -f -a -c 'echo three' "$p" < /dev/null > "$dir/out"
    pull "$p" > "$dir/got"
    head -n "$(lines_in "$dir/seen")" "$dir/got" | cmp - "$dir/seen"
    # The first and last lines of each session have the time.
    equal "$(sed 's/^\(Script [a-z]*\) on .*/\1/' "$dir/got" | tr -d '\r' | grep .)" \
        $'Script started\none\ntwo\npart\nScript done\nScript started\nthree\nScript done'
}
