#!/usr/bin/env bats
# Random faults on a real cluster of three brokers and three mounts on hosts of their own, under load. What programs were
# told and what they read is compared with what the cluster holds; see src/test/java/org/dnpipes/cluster.

load lib

# For a night: DNPIPES_FAULT_ROUNDS=1000 native-test/run --no-build native-test/faults.bats
# The same rounds again: DNPIPES_FAULT_SEED=…
DNPIPES_FAULT_ROUNDS=${DNPIPES_FAULT_ROUNDS:-100}
export BATS_TEST_TIMEOUT=$((600 + DNPIPES_FAULT_ROUNDS * 15))

setup_file() {
    [[ -x $DNPIPES ]] || fail "there is no $DNPIPES: build it with mvn -q -DskipTests package"
    export DNPIPES_TEST_RUN=${DNPIPES_TEST_RUN:-$BATS_RUN_TMPDIR} DNPIPES_TEST_SUITE=$BATS_FILE_TMPDIR
    private_home
    touch "$BATS_FILE_TMPDIR/mounts"
    load docker
    docker_up || skip "no Docker: $(tail -n 1 "$DOCKER_DIR/log")"
    kafka_image
    export image
}
teardown_file() {
    local failed=0
    load docker
    docker_down || failed=1
    end_leftovers || failed=1
    return "$failed"
}
setup() { touch "$BATS_TEST_TMPDIR/started" "$BATS_TEST_TMPDIR/mounts-before"; }
teardown() { test_stop; }

# fault_rounds OPTION…: $out has what it says.
fault_rounds() {
    out=$BATS_TEST_TMPDIR/out
    mkdir "$BATS_TEST_TMPDIR/work"
    start "$out" java -XX:+UseSerialGC -Xmx512m -XX:TieredStopAtLevel=1 \
        -Djava.util.logging.config.file="$ROOT/src/test/resources/logging.properties" \
        -cp "$ROOT/target/test-classes:$ROOT/target/classes:$(cat "$ROOT/target/test-class-path")" \
        org.dnpipes.cluster.FaultRounds --image "$image" --dnpipes "$DNPIPES" --work "$BATS_TEST_TMPDIR/work" "$@"
    # Without a limit of its own: everything in it has one.
    status=0
    wait "$pid" || status=$?
    equal "$status" 0 "$(cat "$out" "$out.err"); the status"
}

@test "whatever happens to brokers, networks and daemons, every line that was reported as stored is there, once and in order" {
    fault_rounds --rounds "$DNPIPES_FAULT_ROUNDS" ${DNPIPES_FAULT_SEED:+--seed "$DNPIPES_FAULT_SEED"}
    while read -r line; do
        figure "$line"
    done < <(grep -v '^round ' "$out")
}
