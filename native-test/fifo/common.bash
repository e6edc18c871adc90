# What the scenarios share. They get the paths of the two ends of a fresh pipe, which are the same path unless the ends
# are on two mounts; WRITE-2 and READ-2 are a second pipe. They run in an empty folder, print what their programs print
# and their exit statuses, and wait for what they can see, never for a time.
# shellcheck shell=bash disable=SC2034
W=$1 R=$2

# await COMMAND…: until it succeeds.
await() {
    local tries
    for ((tries = 0; tries < 1500; tries++)); do
        "$@" 2> /dev/null && return
        sleep 0.01
    done
    echo "never: $*"
    exit 1
}

# waits PID: in a call that reads or writes one of the ends; or that opens a FIFO, since the open of a pipe never waits
# for the other end, and a writer that comes and goes before it returns is none of its business.
waits() {
    local where call
    where=$(cat "/proc/$1/wchan") || return 1
    call=$(cut -d ' ' -f 1 "/proc/$1/syscall") || return 1
    # open and openat on x86_64, openat on aarch64
    [[ $where == *partner* || $where == *pipe_read* || $where == *pipe_write* ]] \
        || [[ ($where == *fuse* || $where == *request_wait*) && ! $call =~ ^(2|257|56)$ ]]
}

# has FILE TEXT: that is all it holds, less line feeds at the end.
has() {
    [[ $(cat "$1") == "$2" ]]
}

# ended NAME PID: waits for a child and prints its exit status.
ended() {
    local code=0
    wait "$2" 2> /dev/null || code=$?
    echo "$1: $code"
}

# runs NAME PID
runs() {
    if kill -0 "$2" 2> /dev/null; then echo "$1 runs"; else echo "$1 has ended"; fi
}

# lines_around SIZE: five lines of about so many bytes, each of one digit, from one writer.
lines_around() {
    local n writer
    for n in -2 -1 0 1 2; do
        head -c "$(($1 + n))" /dev/zero | tr '\0' "$((n + 3))"
        echo
    done > data
    cat data > "$W" &
    writer=$!
    cat "$R" > got
    echo "reader: $?"
    ended writer "$writer"
    cmp data got && echo same
    awk '{ print length($0), substr($0, 1, 1) }' got
}

# while_read SHELL…: a loop that counts and shows lines with all that shells like to eat.
while_read() {
    local writer
    printf 'a b  c\n  leading\n\nback\\slash\ntab\there\n' > "$W" &
    writer=$!
    "$@" -c '
        n=0
        while IFS= read -r line; do
            n=$((n + 1))
            echo "$n [$line]"
        done < "$1"
        echo "$n lines"' - "$R"
    echo "reader: $?"
    ended writer "$writer"
}
