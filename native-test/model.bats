#!/usr/bin/env bats
# Random operations on pipes, compared with a model; see model.py.

load lib

# DNPIPES_MODEL_OPERATIONS=1000000 and more for a night.
export DNPIPES_MODEL_OPERATIONS=${DNPIPES_MODEL_OPERATIONS:-100000}
# It is a long test, on a slow machine longer still.
export BATS_TEST_TIMEOUT=900

setup_file() {
    suite_start
    A=$(mount_pipes a)
    B=$(mount_pipes b)
    export A B
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "whatever is done at random, in whatever order, all that is read is what a model says" {
    [[ -x /usr/bin/python3 ]] || skip "no python3"
    start "$BATS_TEST_TMPDIR/model" /usr/bin/python3 "$ROOT/native-test/model.py" "$A" "$B"
    ends_within 850000 "$pid" || fail "$(cat "$BATS_TEST_TMPDIR/model")" || return 1
    equal "$status" 0 "the model's verdict: $(cat "$BATS_TEST_TMPDIR/model" "$BATS_TEST_TMPDIR/model.err"); the status"
    while read -r line; do
        figure "$line"
    done < "$BATS_TEST_TMPDIR/model"
}
