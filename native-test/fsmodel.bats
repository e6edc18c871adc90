#!/usr/bin/env bats
# All operations on all kinds of files, at random, compared with a model; see fsmodel.py.

load lib

# DNPIPES_FSMODEL_SEED=random DNPIPES_FSMODEL_STEPS=1000000 DNPIPES_FSMODEL_SECONDS=28800 for a night. By default, those
# that have found something.
SEEDS=${DNPIPES_FSMODEL_SEED:-54391 92137403 26683}
[[ $SEEDS != random ]] || SEEDS=$((RANDOM * 32768 + RANDOM))
export BATS_TEST_TIMEOUT=$((3 * ${DNPIPES_FSMODEL_SECONDS:-60} + 600))

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
    local seed
    for seed in $SEEDS; do
        kafka create "$name-$seed" 3
        eventually 10 test -d "$A/$name-$seed"
        eventually 10 test -d "$B/$name-$seed"
        DNPIPES_FSMODEL_SEED=$seed start "$BATS_TEST_TMPDIR/model" \
            /usr/bin/python3 "$ROOT/native-test/fsmodel.py" "$A" "$B" "$name-$seed"
        ends_within $((BATS_TEST_TIMEOUT * 1000 - 30000)) "$pid" || fail "$(cat "$BATS_TEST_TMPDIR/model")" || return 1
        equal "$status" 0 "the model's verdict: $(cat "$BATS_TEST_TMPDIR/model" "$BATS_TEST_TMPDIR/model.err"); the status"
        while read -r line; do
            figure "$line"
        done < "$BATS_TEST_TMPDIR/model"
    done
}
