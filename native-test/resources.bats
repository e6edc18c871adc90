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

# What the daemon PID holds: threads, descriptors, connections to the broker, and the KiB of its heap that are in use.
threads_of() { awk '/^Threads:/ { print $2 }' "/proc/$1/status"; }
descriptors_of() { find "/proc/$1/fd" -mindepth 1 2> /dev/null | wc -l; }
connections_of() {
    local port
    printf -v port ':%04X' "${BROKER##*:}"
    awk -v port="$port" '$3 ~ port "$" && $4 == "01" { print $10 }' "/proc/$1/net/tcp" | sort > "$BATS_TEST_TMPDIR/inodes"
    find "/proc/$1/fd" -mindepth 1 -lname 'socket:*' -printf '%l\n' 2> /dev/null | sed 's/.*\[\(.*\)\]/\1/' | sort |
        comm -12 - "$BATS_TEST_TMPDIR/inodes" | wc -l
}
heap_kib_of() {
    jcmd "$1" GC.run > /dev/null
    jcmd "$1" GC.heap_info | sed -nE 's/.*generation .* used ([0-9]+)K.*/\1/p' | paste -sd + | bc
}

# held PID: all of that in one line.
held() {
    echo "$(threads_of "$1") threads, $(descriptors_of "$1") descriptors, $(connections_of "$1") connections, $(heap_kib_of "$1") KiB of heap"
}

# no_more_than PID THREADS DESCRIPTORS CONNECTIONS KIB
no_more_than() {
    local now
    now=$(held "$1")
    read -r threads _ descriptors _ connections _ kib _ <<< "$now"
    ((threads <= $2 && descriptors <= $3 && connections <= $4 && kib <= $5)) || fail "$now"
}

# gives_back PID COMMAND…: what the command makes the daemon take is given back. The first time it may take something for
# good. Idle consumers end after a minute (see Threads in docs/ARCHITECTURE.md).
gives_back() {
    local daemon=$1 before threads descriptors connections kib
    shift
    "$@" 1 || return 1
    before=$(held "$daemon")
    read -r threads _ descriptors _ connections _ kib _ <<< "$before"
    "$@" 10 || return 1
    # Some MiB of caches may be fuller now.
    eventually 100 no_more_than "$daemon" $((threads + 4)) $((descriptors + 4)) "$((connections + 1))" $((kib + 6000)) ||
        fail "before it had $before" || return 1
    figure "before: $before; after: $(held "$daemon")"
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
    pours 110 wait 1000000
    contains "$said" ENOSPC
    said=${said#waiting }
    ((${said%% *} > 40)) || fail "hardly any of them were let in: $said"
}

# More of them, and more time for them, for a night.
CYCLES=${DNPIPES_RESOURCES_CYCLES:-10000}

# cycles TIMES: opens and closes, for reading, for writing, for both and by views; with pushes and pulls.
cycles() {
    within 200 /usr/bin/python3 - "$A/$name" "$(($1 * CYCLES / 120))" <<'PYTHON'
import os, sys
path, times = sys.argv[1], int(sys.argv[2])
for i in range(times):
    for flags in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_RDONLY | os.O_NONBLOCK, os.O_WRONLY | os.O_NONBLOCK):
        for _ in range(2):
            os.close(os.open(path, flags))
    fd = os.open(path, os.O_WRONLY)
    os.write(fd, b"line %d\n" % i)
    os.close(fd)
    fd = os.open(path + "@snapshot", os.O_RDONLY)
    while os.read(fd, 1 << 20):
        pass
    os.close(fd)
PYTHON
}

@test "opens and closes by the thousand take nothing for good" {
    push "$p" first
    gives_back "$(daemon_pid "$A")" cycles
}

# views TIMES: opens views of many pipes, all at once, and reads some.
views() {
    within 200 /usr/bin/python3 - "$A/$name" "$1" <<'PYTHON'
import os, sys
path, times = sys.argv[1], int(sys.argv[2])
for _ in range(times):
    fds = [os.open(f"{path}/{i}@{view}", os.O_RDONLY | os.O_NONBLOCK)
           for i in range(25) for view in ("follow", "snapshot", "new", "new,follow")]
    for fd in fds:
        try:
            os.read(fd, 100)
        except BlockingIOError:
            pass
    for fd in fds:
        os.close(fd)
PYTHON
}

@test "1,000 views of 25 pipes take nothing for good" {
    kafka create "$name" 25
    eventually 10 test -d "$A/$name"
    gives_back "$(daemon_pid "$A")" views
}

# traffic TIMES: what scripts, cron jobs and people do with a host's pipes in so many days of three hours.
traffic() {
    within 200 bash -c '
        p=$1
        for ((hour = 1; hour <= $2 * 3; hour++)); do
            for i in {1..20}; do echo "event $hour.$i" >> "$p-log"; done
            seq 1 20000 > "$p-bulk"
            wc -l < "$p-bulk@snapshot"
            tail -n 3 "$p-bulk"
            grep -c event "$p-log@snapshot"
            tail -n 2 -f "$p-log" &
            follower=$!
            grep -m 1 "event $hour.20" "$p-log@follow"
            kill $follower
            { wait $follower; } 2> /dev/null
            (echo "job $hour" > "$p-queue") &
            head -n 1 "$p-queue"
            wait $!
            ls -l "${p%/*}"
            touch "$p-$hour" && rm "$p-$hour"
            ((hour % 3)) || truncate -s 0 "$p-bulk" "$p-log" "$p-queue"
        done' - "$T/$name" "$1" > "$BATS_TEST_TMPDIR/traffic" 2>&1 || fail "$(tail -n 5 "$BATS_TEST_TMPDIR/traffic")"
}

@test "days of what scripts, cron jobs and people do take nothing for good" {
    T=$(mount_pipes traffic -o allow_delete)
    gives_back "$(daemon_pid "$T")" traffic
}

@test "a mount that may have few descriptors refuses what it cannot serve, and goes on" {
    local dir daemon most
    dir=$(mount_pipes few)
    push "$dir/$name" first
    daemon=$(daemon_pid "$dir")
    # Those it has, and none for what it has not needed yet: a consumer, a look into /proc.
    most=$(descriptors_of "$daemon")
    prlimit --pid "$daemon" "--nofile=$most:4096"
    within 60 bash -c 'for i in {1..20}; do cat "$1@snapshot"; echo "x$i" >> "$1"; done; true' - "$dir/$name" \
        > "$BATS_TEST_TMPDIR/few" 2>&1 || fail "it hangs: $(tail -n 3 "$BATS_TEST_TMPDIR/few")" || return 1
    alive "$daemon" || fail "the daemon died: $(daemon_log "$dir")" || return 1
    figure "with no descriptor left:" "$(grep -o 'first\|[A-Z][a-z ]*$' "$BATS_TEST_TMPDIR/few" | sort | uniq -c | tr -s ' \n' ' ')"
    prlimit --pid "$daemon" --nofile=4096:4096
    eventually 60 serves_again "$dir/$name"
}

serves_again() {
    echo again >> "$1" && within 20 cat "$1@snapshot" | grep -q again
}
