#!/usr/bin/env bats
# bin/dnpipes itself: which JVM it takes, what it gives it, and how it leaves a mount in the background. A script plays
# the JVM where it has to do something at a certain moment.

load lib

setup() {
    touch "$BATS_TEST_TMPDIR/started"
    export DNPIPES_TEST_LAUNCHER=$BATS_TEST_TMPDIR
    export HOME=$BATS_TEST_TMPDIR/home XDG_STATE_HOME=$BATS_TEST_TMPDIR/home/state
    mkdir -p "$HOME"
}

teardown() {
    local child failed=0
    for child in $(marked "DNPIPES_TEST_LAUNCHER=$BATS_TEST_TMPDIR"); do
        kill -KILL "$child" 2> /dev/null || true
    done
    [[ -z $(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'dnpipes.??????') ]] || fail "a temporary folder was left" || failed=1
    return "$failed"
}

# play_jvm SCRIPT: what 'java' does. Its process id is written to $BATS_TEST_TMPDIR/jvm first, its arguments to args.
play_jvm() {
    export JAVA_HOME=$BATS_TEST_TMPDIR/jdk
    mkdir -p "$JAVA_HOME/bin"
    echo 'JAVA_VERSION="21.0.1"' > "$JAVA_HOME/release"
    {
        echo '#!/bin/sh'
        echo "echo \$\$ > '$BATS_TEST_TMPDIR/jvm'"
        printf '%s\n' "printf '%s\\n' \"\$@\" > '$BATS_TEST_TMPDIR/args'"
        printf '%s\n' "$1"
    } > "$JAVA_HOME/bin/java"
    chmod +x "$JAVA_HOME/bin/java"
}

jvm() {
    cat "$BATS_TEST_TMPDIR/jvm"
}

# The argument behind that one.
argument_after() {
    grep -xF -A 1 -- "$1" "$BATS_TEST_TMPDIR/args" | tail -n 1
}

@test "mount returns as soon as the daemon is ready, also inside of \$(…)" {
    play_jvm 'echo a note; echo "@dnpipes ready"; exec sleep 300'
    said=$(within 30 "$DNPIPES" mount /somewhere 2>&1)
    equal "$said" "a note"
    alive "$(jvm)"
}

@test "what the daemon says before it is ready goes to standard error as it is" {
    play_jvm 'printf " a\\\\b  %%s \n"; echo "@dnpipes ready"; exec sleep 300'
    within 30 "$DNPIPES" mount /somewhere > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err"
    equal "$(cat "$BATS_TEST_TMPDIR/out")" ""
    equal "$(cat "$BATS_TEST_TMPDIR/err")" ' a\b  %s '
}

@test "nothing of the caller stays open in the daemon, but what it is told to close" {
    play_jvm 'echo "@dnpipes ready"; exec sleep 300'
    touch "$BATS_TEST_TMPDIR/callers"
    (
        cd "$BATS_TEST_TMPDIR"
        within 30 "$DNPIPES" mount /somewhere > out 2> err 5< callers 6<&5 7<&5 8<&5 9<&5 10<&5 200<&5
    )
    equal "$(readlink "/proc/$(jvm)/fd/0")" /dev/null
    # The shell's language has no way to close those from 10 on. bats has some open, too.
    for open in "/proc/$(jvm)/fd"/?; do
        where=$(readlink "$open") || continue
        [[ $where == /dev/null || $where == */dnpipes.*/said\ \(deleted\) || $where == */bin/java ]] \
            || fail "$open is $where"
    done
    equal "$(readlink "/proc/$(jvm)/cwd")" /
    sed -n '/^-Ddnpipes.files=/,/^-XX/p' "$BATS_TEST_TMPDIR/args" | grep -E '^[0-9]{2,}$' > "$BATS_TEST_TMPDIR/told"
    grep -qx 10 "$BATS_TEST_TMPDIR/told"
    grep -qx 200 "$BATS_TEST_TMPDIR/told"
    # That of the script itself, which sh has from 10 on.
    equal "$(find "/proc/$(jvm)/fd" -name '??*' -printf '%f\n' | sort | grep -vxF -f "$BATS_TEST_TMPDIR/told" | wc -l)" 1 "how many it is not told"
    grep -qxF -- "-Ddnpipes.background=$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/args"
}

@test "the daemon can be interrupted and hung up: no signal is ignored" {
    play_jvm 'echo "@dnpipes ready"; exec sleep 300'
    "${INTERRUPTIBLY[@]}" "$DNPIPES" mount /somewhere
    ignored=$((16#$(awk '/^SigIgn/ { print $2 }' "/proc/$(jvm)/status")))
    # HUP, INT, QUIT and TERM
    equal $((ignored & (1 | 2 | 4 | 1 << 14))) 0 "the set of ignored signals"
}

@test "until it is ready, the daemon is in the group of whoever mounts, which autofs lets pass" {
    play_jvm 'ps -o pgid= -p $$ > "$DNPIPES_TEST_LAUNCHER/group"; echo "@dnpipes ready"; exec sleep 300'
    within 30 "$DNPIPES" mount /somewhere
    [[ $(tr -d ' ' < "$BATS_TEST_TMPDIR/group") != "$(jvm)" ]] || fail "it has a group of its own"
}

@test "no process but the daemon is left" {
    play_jvm 'echo "@dnpipes ready"; exec sleep 300'
    within 30 "$DNPIPES" mount "$BATS_TEST_TMPDIR/mnt"
    equal "$(ps -o pid= --ppid "$(jvm)")" ""
    equal "$(ps -eo args | awk -v mnt="$BATS_TEST_TMPDIR/mnt" '$NF == mnt')" ""
}

@test "a daemon whose launcher was interrupted finds nobody to tell that it is ready" {
    play_jvm '
        trap "" PIPE
        until [ -e "$DNPIPES_TEST_LAUNCHER/gone" ]; do sleep 0.05; done
        echo "@dnpipes ready" || echo unheard > "$DNPIPES_TEST_LAUNCHER/outcome"'
    start "$BATS_TEST_TMPDIR/out" "$DNPIPES" mount /somewhere
    eventually 30 test -s "$BATS_TEST_TMPDIR/jvm"
    kill -INT "$pid"
    ends_within 10000 "$pid"
    equal "$status" 130
    alive "$(jvm)"
    touch "$BATS_TEST_TMPDIR/gone"
    eventually 30 grep -q unheard "$BATS_TEST_TMPDIR/outcome"
}

@test "the exit status of a mount that fails is passed on" {
    play_jvm 'echo "dnpipes: why"; echo "@dnpipes exit 2"; exit 2'
    one_line_error 2 within 30 "$DNPIPES" mount /somewhere
    equal "$output" "dnpipes: why"
}

@test "a daemon that ends without a word is a failure that says where to look" {
    play_jvm 'kill -KILL $$'
    one_line_error 1 within 30 "$DNPIPES" mount /somewhere
    contains "$output" "$XDG_STATE_HOME/dnpipes"
}

@test "a JVM that cannot start is a failure" {
    play_jvm ''
    printf '#!/nonexistent\n' > "$JAVA_HOME/bin/java"
    run within 30 "$DNPIPES" mount /somewhere
    equal "$status" 1
}

@test "in front, the JVM is the process that was started" {
    play_jvm 'exec sleep 300'
    for option in -f --foreground; do
        rm -f "$BATS_TEST_TMPDIR/jvm"
        start "$BATS_TEST_TMPDIR/out" "$DNPIPES" mount "$option" /somewhere
        eventually 30 test -s "$BATS_TEST_TMPDIR/jvm"
        equal "$(jvm)" "$pid"
        kill "$pid"
    done
}

@test "help of mount comes on standard output" {
    run --separate-stderr "$DNPIPES" mount --help
    equal "$status" 0
    contains "$output" "MOUNTPOINT"
    equal "$stderr" ""
}

@test "arguments arrive as they are" {
    play_jvm ''
    "$DNPIPES" push '' 'a  b' '*' "\$HOME" $'c\nd'
    # shellcheck disable=SC2016
    equal "$(tail -n 6 "$BATS_TEST_TMPDIR/args")" "$(printf '%s\n' '' 'a  b' '*' '$HOME' c d)"
}

@test "options for the JVM can be added" {
    play_jvm ''
    DNPIPES_JAVA_OPTS='-Xmx1g -Da=b' "$DNPIPES" push t
    grep -qxF -- -Xmx1g "$BATS_TEST_TMPDIR/args"
    grep -qxF -- -Da=b "$BATS_TEST_TMPDIR/args"
}

@test "only the broker has the server on its class path" {
    play_jvm ''
    "$DNPIPES" push t
    [[ $(argument_after -cp) != */lib/broker/* ]]
    "$DNPIPES" broker
    contains "$(argument_after -cp)" '/lib/broker/kafka_'
}

@test "it works through symbolic links, from any folder and from PATH" {
    mkdir -p "$BATS_TEST_TMPDIR/a b/c"
    ln -s "$DNPIPES" "$BATS_TEST_TMPDIR/a b/first"
    ln -s '../first' "$BATS_TEST_TMPDIR/a b/c/dnpipes"
    cd /
    contains "$("$BATS_TEST_TMPDIR/a b/c/dnpipes" --version)" "dnpipes "
    contains "$(PATH=$BATS_TEST_TMPDIR/a\ b/c:$PATH dnpipes --version)" "dnpipes "
    cd "$BATS_TEST_TMPDIR/a b"
    contains "$(c/dnpipes --version)" "dnpipes "
    contains "$(sh c/dnpipes --version)" "dnpipes "
}

@test "no java, a wrong JAVA_HOME and an old java are said in one line" {
    mkdir "$BATS_TEST_TMPDIR/bin"
    for tool in sh readlink sed; do
        ln -s "$(command -v "$tool")" "$BATS_TEST_TMPDIR/bin/$tool"
    done
    one_line_error 1 env -u JAVA_HOME PATH="$BATS_TEST_TMPDIR/bin" "$DNPIPES" --version
    contains "$output" "no java found"
    one_line_error 1 env JAVA_HOME=/nowhere "$DNPIPES" --version
    contains "$output" "JAVA_HOME is /nowhere"
    for old in 1.8.0_412 11.0.2 16; do
        play_jvm ''
        echo "JAVA_VERSION=\"$old\"" > "$JAVA_HOME/release"
        one_line_error 1 "$DNPIPES" --version
        contains "$output" "is version $old; dnpipes needs 17 or later"
    done
}

@test "a java without a release file is asked" {
    play_jvm 'echo "openjdk version \"11.0.2\" 2019-01-15" >&2'
    rm "$JAVA_HOME/release"
    one_line_error 1 "$DNPIPES" --version
    contains "$output" "is version 11.0.2"
}

@test "every JDK here that is new enough runs it without a warning" {
    for java in /usr/lib/jvm/*/bin/java; do
        home=${java%/bin/java}
        major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
        ((${major:-0} >= 17)) || continue
        run --separate-stderr env JAVA_HOME="$home" "$DNPIPES" --version
        equal "$status" 0
        equal "$stderr" "" "what $home says on stderr"
    done
}
