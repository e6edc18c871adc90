# A Docker for clusters of several brokers: the machine's own if it answers, else a daemon started here, all of whose
# files, networks and rules are its own. Needs root and dockerd.
# shellcheck shell=bash

DOCKER_DIR=$DNPIPES_TEST_RUN/docker

# docker_up: it answers, and Testcontainers finds it.
docker_up() {
    # Nothing is to be pulled for the sake of Testcontainers itself. What is left over native-test/run ends.
    export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CHECKS_DISABLE=true TESTCONTAINERS_HOST_OVERRIDE=localhost
    docker_answers && return
    # Sockets have short names.
    mkdir "$DOCKER_DIR"
    export DOCKER_HOST=unix://$DOCKER_DIR/socket
    # No network but those that tests make, no rules for the machine's, and nothing is passed on for anybody.
    setsid dockerd --host "$DOCKER_HOST" --data-root "$DOCKER_DIR/data" --exec-root "$DOCKER_DIR/exec" \
        --pidfile "$DOCKER_DIR/pid" --bridge none --iptables=false --ip6tables=false --ip-masq=false --ip-forward=false \
        --userland-proxy=false > "$DOCKER_DIR/log" 2>&1 < /dev/null 3>&- &
    eventually 120 docker_answers || fail "dockerd does not answer:" "$(tail -n 20 "$DOCKER_DIR/log")"
}

docker_answers() {
    docker version
} > /dev/null 2>&1

# docker_down: ends what docker_up has started.
docker_down() {
    local daemon
    [[ -e $DOCKER_DIR/pid ]] || return 0
    daemon=$(cat "$DOCKER_DIR/pid")
    kill -TERM "$daemon"
    eventually 60 gone "$daemon"
    rm -rf --one-file-system "$DOCKER_DIR"
}

# kafka_image: sets $image to one of Kafka: apache/kafka where that can be had, else one of our own.
kafka_image() {
    local version
    version=$(sed -nE 's/.*<kafka.version>(.*)<.*/\1/p' "$ROOT/pom.xml")
    image=apache/kafka:$version
    docker image inspect "$image" > /dev/null 2>&1 && return
    timeout 60 docker pull -q "$image" > /dev/null 2>&1 && return
    image=dnpipes-test/kafka:$version
    "$ROOT/native-test/cluster/image" "$image" > "$BATS_FILE_TMPDIR/image.log" 2>&1 || fail "$(tail -n 20 "$BATS_FILE_TMPDIR/image.log")"
}
