#!/usr/bin/env bats
# All operations on all kinds of files, at random, compared with a model; see fsmodel.py.

load lib

# DNPIPES_FSMODEL_STEPS=1000000 DNPIPES_FSMODEL_SECONDS=28800 for a night.
export BATS_TEST_TIMEOUT=$((${DNPIPES_FSMODEL_SECONDS:-60} + 600))

setup_file() {
    suite_start
    A=$(mount_pipes a)
    B=$(mount_pipes b -o allow_delete)
    export A B
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "whatever is done at random with files, by several processes on two mounts, it is what the contract says" {
    kafka create "$name" 3
    eventually 10 test -d "$A/$name"
    eventually 10 test -d "$B/$name"
    start "$BATS_TEST_TMPDIR/model" /usr/bin/python3 "$ROOT/native-test/fsmodel.py" "$A" "$B" "$name"
    ends_within $((BATS_TEST_TIMEOUT * 1000 - 30000)) "$pid" || fail "$(cat "$BATS_TEST_TMPDIR/model")" || return 1
    equal "$status" 0 "the model's verdict: $(cat "$BATS_TEST_TMPDIR/model" "$BATS_TEST_TMPDIR/model.err"); the status"
    while read -r line; do
        figure "$line"
    done < "$BATS_TEST_TMPDIR/model"
}
