#!/usr/bin/env bats
# The sessions that the documents show, run as they stand there; see docs.py. On an embedded broker, as a newcomer does.

load lib

setup() {
    export DNPIPES_TEST_SUITE=$BATS_FILE_TMPDIR DNPIPES_TEST_DOCUMENT=$BATS_TEST_TMPDIR
    private_home
    export PATH=$ROOT/target/dnpipes/bin:$PATH
    mkdir "$BATS_TEST_TMPDIR/work"
    cd "$BATS_TEST_TMPDIR/work" || return 1
    touch "$BATS_TEST_TMPDIR/started"
}

teardown() {
    local child failed=0
    ! mounted "$HOME/dnpipes" || within 30 dnpipes umount "$HOME/dnpipes" || failed=1
    # The broker would end by itself, after a while.
    for child in $(marked "DNPIPES_TEST_DOCUMENT=$BATS_TEST_TMPDIR"); do
        kill -TERM "$child" 2> /dev/null || true
    done
    eventually 30 nothing_left || failed=1
    end_leftovers || failed=1
    rm -rf "$HOME"
    return "$failed"
}

nothing_left() {
    local left
    left=$(marked "DNPIPES_TEST_DOCUMENT=$BATS_TEST_TMPDIR")
    [[ -z $left ]] || fail "there is still $(ps -o pid=,args= -p "${left//$'\n'/,}" | cut -c 1-200)"
}

# as_shown DOCUMENT
as_shown() {
    run python3 "$ROOT/native-test/docs.py" "$ROOT/$1"
    ((status == 0)) || fail "$output"
    figure "$output"
}

@test "README.md: every session prints what it says" {
    as_shown README.md
}

@test "docs/COOKBOOK.md: every session prints what it says" {
    mkdir "$HOME/dnpipes"
    dnpipes mount "$HOME/dnpipes"
    as_shown docs/COOKBOOK.md
}
