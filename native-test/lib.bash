# What the black-box suites share: a private home, one embedded broker per suite file, mounts in daemons of their own,
# and ways to wait for something by looking at it.
#
# A suite calls suite_start in setup_file, suite_stop in teardown_file, test_start in setup and test_stop in teardown.
# Every process started here carries DNPIPES_TEST_RUN and DNPIPES_TEST_SUITE in its environment. That is how what is
# left over is found, and nothing else is ever killed.
# shellcheck shell=bash

bats_require_minimum_version 1.5.0

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DNPIPES=${DNPIPES:-$ROOT/target/dnpipes/bin/dnpipes}
export ROOT DNPIPES
# Messages of the C library are compared with, and bytes are bytes.
export LC_ALL=C.UTF-8
# Most suites are over before optimised code has paid for itself: two of three seconds of a short-lived JVM go into
# making it. A suite of much data sets this to nothing.
export DNPIPES_JAVA_OPTS=${DNPIPES_JAVA_OPTS--XX:TieredStopAtLevel=1}
# A test that hangs is a failure, not the end of the run.
export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-600}

#
# Saying what went wrong
#

fail() {
    printf '%s\n' "$@" >&2
    return 1
}

# equal GOT WANT [WHAT]
equal() {
    [[ $1 == "$2" ]] || fail "${3:-it} is" "  $(printf '%q' "${1:0:2000}")" "and should be" "  $(printf '%q' "${2:0:2000}")"
}

# same_bytes GOT_FILE WANT_FILE
same_bytes() {
    cmp "$1" "$2" >&2 || fail "$1 ($(wc -c < "$1") bytes) differs from $2 ($(wc -c < "$2") bytes)"
}

# contains TEXT PART
contains() {
    [[ $1 == *"$2"* ]] || fail "no '$2' in" "  ${1:0:2000}"
}

# fails_with MESSAGE COMMAND…: it exits non-zero, and says MESSAGE on stdout or stderr.
fails_with() {
    local message=$1 said
    shift
    if said=$("$@" 2>&1); then
        fail "this succeeded: $*" "  $said"
    else
        contains "$said" "$message" || fail "when it ran: $*"
    fi
}

# one_line_error STATUS COMMAND…: it exits with STATUS, and says one line on stderr and none on stdout. The line is in
# $output.
one_line_error() {
    local expected=$1
    shift
    run --separate-stderr "$@"
    equal "$status" "$expected" "the exit status of '$*' (stderr: $stderr)" || return 1
    equal "${#stderr_lines[@]}" 1 "the number of lines on stderr ($stderr)" || return 1
    equal "$output" "" "stdout" || return 1
    output=$stderr
}

#
# Waiting
#

now_ms() {
    local now=$EPOCHREALTIME
    echo $((${now%[.,]*} * 1000 + 10#${now#*[.,]} / 1000))
}

# set_now VARIABLE: now_ms without a process of its own. Waits look often, and processes are what they would cost.
set_now() {
    printf -v "$1" %d $((${EPOCHREALTIME/[.,]/} / 1000))
}

# nap MILLISECONDS, below a second: sleeps, without a process of its own. Nobody ever writes to that FIFO.
nap() {
    [[ -p $BATS_FILE_TMPDIR/nap ]] || mkfifo "$BATS_FILE_TMPDIR/nap" 2> /dev/null || true
    local seconds
    printf -v seconds '0.%03d' "$1"
    read -rt "$seconds" <> "$BATS_FILE_TMPDIR/nap" || true
}

# pause_after MILLISECONDS: sleeps a sixteenth of what it took so far. Bats looks at each command that is run, so a test
# that looks often for long takes a third of a processor.
pause_after() {
    nap $(($1 < 80 ? 5 : $1 > 1600 ? 100 : $1 / 16))
}

# eventually SECONDS COMMAND…: until COMMAND succeeds, at most that long. It looks less often the longer it takes.
eventually() {
    local limit=$1 deadline now seen
    shift
    set_now now
    deadline=$((now + limit * 1000))
    until seen=$("$@" 2>&1); do
        set_now now
        if ((now > deadline)); then
            fail "not within $limit s: $*" "  ${seen:0:2000}"
            return 1
        fi
        pause_after $((limit * 1000 - deadline + now))
    done
}

# stays MILLISECONDS COMMAND…: COMMAND succeeds each time it is tried, that long.
stays() {
    local limit=$1 deadline now
    shift
    set_now now
    deadline=$((now + limit))
    while ((now < deadline)); do
        "$@" || fail "no longer: $*" || return 1
        nap 20
        set_now now
    done
}

# alive PID: it runs. A child that has ended is still there for kill -0 until the shell has taken notice of that, and now
# and then bash never does: what the kernel says is what counts.
alive() {
    local stat
    { read -r stat < "/proc/$1/stat"; } 2> /dev/null || return 1
    # The name before the state is in brackets, and can hold spaces and brackets itself.
    [[ ${stat##*) } != [ZX]* ]]
}

gone() {
    ! alive "$1"
}

# blocked PID: it waits for an answer of the file system.
blocked() {
    local where
    where=$(cat "/proc/$1/wchan") || return 1
    [[ $where == *fuse* || $where == *request_wait* ]] || fail "waits in ${where:-nothing}"
}

# reading PID: it waits in a read(2), so whatever it reads is open by now.
reading() {
    local call
    blocked "$1" || return 1
    call=$(cut -d ' ' -f 1 "/proc/$1/syscall") || return 1
    # x86_64, aarch64
    [[ $call == 0 || $call == 63 ]] || fail "is in system call $call"
}

# kill_tree PID: with everything below it.
kill_tree() {
    local child
    for child in $(ps -o pid= --ppid "$1"); do
        kill_tree "$child"
    done
    kill -KILL "$1" 2> /dev/null || true
}

# within SECONDS COMMAND…: COMMAND as it is, stdin, stdout and status included. If it takes longer it is killed, and the
# status is 124.
within() {
    local limit=$1 deadline now child code=0
    shift
    "$@" <&0 3>&- &
    child=$!
    set_now now
    deadline=$((now + limit * 1000))
    while alive "$child"; do
        set_now now
        if ((now > deadline)); then
            fail "not done within $limit s: $*" "  it waits in $(cat "/proc/$child/wchan" 2> /dev/null)" || true
            kill_tree "$child"
            return 124
        fi
        pause_after $((limit * 1000 - deadline + now))
    done
    wait "$child" || code=$?
    return "$code"
}

# Runs a command that Ctrl-C ends. (Children of a script in the background ignore SIGINT, and so do theirs.)
INTERRUPTIBLY=(perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec {$ARGV[0]} @ARGV or die "$ARGV[0]: $!\n"' --)

# start FILE COMMAND…: in the background; stdout goes to FILE, stderr to FILE.err, the pid to $pid. It does not get the
# files 5 to 7, where tests keep pipes open: it would become a writer itself. Where a test wants that, it says
# start_with_files.
start() {
    start_with_files "$@" 5>&- 6>&- 7>&-
}

start_with_files() {
    local out=$1
    shift
    "${INTERRUPTIBLY[@]}" "$@" > "$out" 2> "$out.err" < /dev/null 3>&- &
    pid=$!
    echo "$pid" >> "$BATS_TEST_TMPDIR/started"
}

# ends_within MILLISECONDS PID: a child of this shell. Sets $status, and $took in milliseconds.
ends_within() {
    local began now
    set_now began
    while alive "$2"; do
        set_now now
        took=$((now - began))
        ((took <= $1)) || fail "process $2 still runs after $took ms:" "$(what_does "$2")" || return 1
        pause_after "$took"
    done
    set_now now
    took=$((now - began))
    status=0
    wait "$2" || status=$?
}

# what_does PID: it, and its children: what they are, and what they wait for.
what_does() {
    timeout 5 ps -o pid=,stat=,wchan:30=,args= -p "$1" --ppid "$1"
}

# figure TEXT…: a line of the test's output that is shown also when it succeeds.
figure() {
    echo "# $*" >&3
}

#
# Suites
#

suite_start() {
    suite_begin
    start_broker 0
}

# suite_begin: suite_start without a broker, for suites that bring a cluster of their own.
suite_begin() {
    [[ -x $DNPIPES ]] || fail "there is no $DNPIPES: build it with mvn -q -DskipTests package"
    export DNPIPES_TEST_RUN=${DNPIPES_TEST_RUN:-$BATS_RUN_TMPDIR}
    export DNPIPES_TEST_SUITE=$BATS_FILE_TMPDIR
    private_home
    mkdir -p "$BATS_FILE_TMPDIR/mnt"
    touch "$BATS_FILE_TMPDIR/mounts"
}

suite_stop() {
    local failed=0
    unmount_all || failed=1
    stop_broker || failed=1
    end_leftovers || failed=1
    return "$failed"
}

test_start() {
    touch "$BATS_TEST_TMPDIR/started"
    # Of a name that an earlier test has used, nothing is mounted any more.
    local dir
    while read -r dir; do
        ! mounted "$dir" || echo "$dir"
    done < "$BATS_FILE_TMPDIR/mounts" > "$BATS_TEST_TMPDIR/mounts-before"
    name=$(fresh_pipe)
    p=${A:-}/$name
}

# Ends what the test started, also when it failed.
test_stop() {
    local child dir failed=0
    exec 5>&- 6>&- 7>&-
    while read -r child; do
        if kill -0 "$child" 2> /dev/null; then
            kill_tree "$child"
            # Bash announces a killed child where it is waited for.
            wait "$child" 2> /dev/null || true
        fi
    done < "$BATS_TEST_TMPDIR/started"
    while read -r dir; do
        grep -qxF "$dir" "$BATS_TEST_TMPDIR/mounts-before" || unmount "$dir" || failed=1
    done < <(cat "$BATS_FILE_TMPDIR/mounts")
    return "$failed"
}

private_home() {
    export HOME=$BATS_FILE_TMPDIR/home
    export XDG_CONFIG_HOME=$HOME/.config XDG_DATA_HOME=$HOME/.local/share XDG_STATE_HOME=$HOME/.local/state
    export XDG_CACHE_HOME=$HOME/.cache XDG_RUNTIME_DIR=$HOME/run
    mkdir -p "$HOME"
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    unset DNPIPES_BOOTSTRAP_SERVERS DNPIPES_CONFIG
}

# A topic name that no other test has.
fresh_pipe() {
    echo "t-$BATS_TEST_NUMBER-$$-$RANDOM$RANDOM"
}

#
# Processes, by what they carry in their environment
#

# marked VARIABLE=VALUE: the pids of all processes that were started with it.
marked() {
    local file
    grep -lzsxF -- "$1" /proc/[0-9]*/environ | while read -r file; do
        file=${file#/proc/}
        file=${file%/environ}
        [[ -e /proc/$file/exe && $file != "$$" ]] && echo "$file"
    done
    true
}

# Ends every process of this suite that is still there, and fails if there was one.
end_leftovers() {
    local left child failed=0
    left=$(marked "DNPIPES_TEST_SUITE=$BATS_FILE_TMPDIR")
    for child in $left; do
        alive "$child" || continue
        fail "left over: $(ps -o pid=,args= -p "$child")" || failed=1
        kill -KILL "$child" 2> /dev/null || true
    done
    return "$failed"
}

#
# The broker
#

# start_broker PORT: an embedded broker in a process of its own; $BROKER is its address.
start_broker() {
    local dir=$BATS_FILE_TMPDIR/broker broker status=0
    mkdir -p "$dir"
    DNPIPES_TEST_BROKER=$dir "$DNPIPES" broker --data-dir "$dir/data" --port "$1" \
        > "$dir/address" 2> "$dir/log" < /dev/null 3>&- 5>&- 6>&- 7>&- &
    broker=$!
    eventually 60 started_or_ended "$broker"
    if ! BROKER=$(broker_address); then
        wait "$broker" || status=$?
        fail "the broker ended with status $status:" "$(tail -n 20 "$dir/address" "$dir/log")"
        return 1
    fi
    export BROKER
}

# What the broker has printed for its users.
broker_address() {
    grep -oE -m 1 '[[:alnum:].-]+:[0-9]{4,5}' "$BATS_FILE_TMPDIR/broker/address"
}

started_or_ended() {
    broker_address || gone "$1"
}

broker_pids() {
    marked "DNPIPES_TEST_BROKER=$BATS_FILE_TMPDIR/broker"
}

signal_broker() {
    local child
    for child in $(broker_pids); do
        kill "-$1" "$child" 2> /dev/null || true
    done
}

broker_is_gone() {
    [[ -z $(broker_pids) ]]
}

stop_broker() {
    signal_broker CONT
    signal_broker TERM
    if ! eventually 20 broker_is_gone; then
        signal_broker KILL
        fail "the broker did not end on SIGTERM"
    fi
}

# kcat_produce TOPIC [OPTION…]: stdin's lines as messages, acknowledged by all.
kcat_produce() {
    local topic=$1
    shift
    kcat -P -q -b "$BROKER" -t "$topic" -p 0 -X acks=all -X linger.ms=0 "$@"
}

# kcat_consume TOPIC [OPTION…]: all its messages, each with a line feed.
kcat_consume() {
    local topic=$1
    shift
    kcat -C -q -e -b "$BROKER" -t "$topic" -o beginning -f '%s\n' "$@"
}

# kcat_sizes TOPIC: the size of each message, in order and in one line.
kcat_sizes() {
    kcat -C -q -e -b "$BROKER" -t "$1" -p 0 -o beginning -f '%S ' | sed 's/ $//'
}

# kafka COMMAND…: what kcat cannot do; see tools/KafkaTool.java.
kafka() {
    local classes=$ROOT/target/native-test/classes source=$ROOT/native-test/tools/KafkaTool.java
    if [[ ! -e $classes/KafkaTool.class || $source -nt $classes/KafkaTool.class ]]; then
        javac -d "$classes" -cp "$ROOT/target/dnpipes/lib/*" "$source" || return 1
    fi
    # With what dnpipes-prepare has stored it starts in half the time, if its jars come first and in the same order.
    local lib=$ROOT/target/dnpipes/lib stored
    stored=$(compgen -G "$lib/jsa/client-*.jsa" | head -n 1)
    java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC ${stored:+"-XX:SharedArchiveFile=$stored"} -Xlog:disable \
        -cp "$(printf '%s:' "$lib"/*.jar)$classes" KafkaTool "$BROKER" "$@"
}

#
# Mounts
#

# What the daemons of mounts are started by, as by another host; see hosts.bash.
DNPIPES_ON=()

# mount_pipes NAME [OPTION…]: a mount with its own daemon. Prints the mount point. A mount made in a test ends with it.
mount_pipes() {
    local dir=$BATS_FILE_TMPDIR/mnt/$1 log=$BATS_FILE_TMPDIR/mnt/$1.log
    shift
    mkdir -p "$dir"
    grep -qxF "$dir" "$BATS_FILE_TMPDIR/mounts" || echo "$dir" >> "$BATS_FILE_TMPDIR/mounts"
    DNPIPES_TEST_MOUNT=$dir within 60 "${INTERRUPTIBLY[@]}" "${DNPIPES_ON[@]}" "$DNPIPES" mount --bootstrap-servers "$BROKER" "$@" "$dir" \
        > "$log" 2>&1 < /dev/null 5>&- 6>&- 7>&- || fail "could not mount $dir:" "$(cat "$log")" || return 1
    mounted "$dir" || fail "$dir is not mounted, but 'mount' succeeded:" "$(cat "$log")" || return 1
    printf '%s\n' "$dir"
}

mounted() {
    awk -v dir="$1" '$5 == dir && / - fuse\.dnpipes / { found = 1 } END { exit !found }' /proc/self/mountinfo
}

not_mounted() {
    ! mounted "$1"
}

# daemon_pid MOUNTPOINT
daemon_pid() {
    local child
    for child in $(marked "DNPIPES_TEST_MOUNT=$1"); do
        if [[ $(cat "/proc/$child/comm" 2> /dev/null) == java ]]; then
            echo "$child"
            return
        fi
    done
    fail "no daemon serves $1"
}

no_daemon() {
    [[ -z $(marked "DNPIPES_TEST_MOUNT=$1") ]]
}

# released MOUNTPOINT: neither mount nor process is left of it.
released() {
    not_mounted "$1" || fail "$1 is still mounted" || return 1
    no_daemon "$1" || fail "the daemon of $1 still runs: $(marked "DNPIPES_TEST_MOUNT=$1")"
}

# unmount MOUNTPOINT: with the program's own command; by force, and as a failure, if that does not do.
unmount() {
    local child
    if mounted "$1"; then
        within 30 "$DNPIPES" umount "$1" < /dev/null >&2 || true
    fi
    eventually 15 released "$1" && return
    for child in $(marked "DNPIPES_TEST_MOUNT=$1"); do
        kill -KILL "$child" 2> /dev/null || true
    done
    mounted "$1" && fusermount -uz "$1"
    fail "$1 had to be unmounted by force; its daemon said:" "$(daemon_log "$1")"
}

unmount_all() {
    local dir failed=0
    while read -r dir; do
        unmount "$dir" || failed=1
    done < <(cat "$BATS_FILE_TMPDIR/mounts")
    return "$failed"
}

daemon_log() {
    cat "$BATS_FILE_TMPDIR/mnt/${1##*/}.log"
    find "$HOME" -name '*.log' -path '*state*' -exec tail -n 20 {} + 2> /dev/null
    true
}

#
# Pushing and pulling
#

# push PATH LINE…: as echo does, each with an open of its own.
push() {
    local path=$1 line
    shift
    for line in "$@"; do
        printf '%s\n' "$line" >> "$path" || return 1
    done
}

# pull PATH: what a plain reader gets.
pull() {
    within 20 cat "$1"
}

# snapshot PATH: what the pipe holds now, whether it has writers or not.
snapshot() {
    within 20 cat "$1@snapshot"
}

# lines_in FILE: how many there are by now.
lines_in() {
    wc -l < "$1"
}

# file_is FILE TEXT: its content, less line feeds at the end.
file_is() {
    equal "$(cat "$1")" "$2" "$1"
}

# random_lines BYTES FILE: about that many bytes in lines of random length and content, NUL and invalid UTF-8 included.
random_lines() {
    { head -c "$1" /dev/urandom && echo; } > "$2"
}

# errno NAME: the message of the C library.
errno() {
    perl -MErrno -e '$! = Errno->can($ARGV[0])->(); print "$!\n"' "$1"
}
