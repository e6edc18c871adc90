#!/usr/bin/env bats
# The image, and the mounts that the examples for Kubernetes make: built and run with Docker, without a registry.

load lib
load machine
load docker

setup_file() {
    suite_start
    packages
    once root machine_root
    # Another suite may have one of its own at the same time.
    DOCKER_DIR=$DNPIPES_TEST_RUN/docker-containers
    docker_up
    tar -C "$MACHINES/root" --one-file-system -c . | docker import - dnpipes-test/base > /dev/null
    # The packages that the image needs come from where this machine has them.
    docker build -q --network host --build-arg BASE=dnpipes-test/base -t dnpipes-test/dnpipes \
        -f "$ROOT/packaging/containers/Containerfile" "$MACHINES/packages" > "$BATS_FILE_TMPDIR/build.log" 2>&1 \
        || fail "$(tail -n 20 "$BATS_FILE_TMPDIR/build.log")"
}

teardown_file() {
    local failed=0
    DOCKER_DIR=$DNPIPES_TEST_RUN/docker-containers
    docker image rm -f dnpipes-test/dnpipes dnpipes-test/base > /dev/null 2>&1 || true
    # What Docker keeps of the machine's network, which these containers have used.
    umount --quiet "$DOCKER_DIR/exec/netns/default" || true
    docker_down || failed=1
    suite_stop || failed=1
    return "$failed"
}

setup() {
    test_start
}

teardown() {
    local container
    while read -r container; do
        docker rm -f "$container" > /dev/null 2>&1 || true
    done < <(cat "$BATS_TEST_TMPDIR/containers" 2> /dev/null)
    if [[ -e $BATS_TEST_TMPDIR/shared ]]; then
        umount --recursive --lazy "$BATS_TEST_TMPDIR/shared" 2> /dev/null || true
    fi
    test_stop
}

# container NAME [OPTION…] -- ARGUMENT…: one of dnpipes, in the background. $container is its id.
container() {
    local options=()
    while [[ $1 != -- ]]; do
        options+=("$1")
        shift
    done
    shift
    container=$(docker run -d --network host --device /dev/fuse --cap-add SYS_ADMIN --security-opt apparmor=unconfined \
        -e DNPIPES_BOOTSTRAP_SERVERS="$BROKER" "${options[@]}" dnpipes-test/dnpipes "$@") || return 1
    echo "$container" >> "$BATS_TEST_TMPDIR/containers"
}

# is_mounted_in CONTAINER DIR
is_mounted_in() {
    docker exec "$1" grep -q " $2 .* fuse.dnpipes " /proc/self/mountinfo || fail "$(docker logs "$1" 2>&1)"
}

@test "one container writes, another reads" {
    container --
    writer=$container
    container -- mount --foreground /pipes
    reader=$container
    eventually 60 is_mounted_in "$writer" /pipes
    eventually 60 is_mounted_in "$reader" /pipes
    docker exec "$writer" sh -c 'echo "hello from $HOSTNAME" > /pipes/$0' "$name"
    equal "$(docker exec "$reader" tail -n 1 "/pipes/$name")" "hello from $(docker exec "$writer" sh -c 'echo $HOSTNAME')"
    # A reader that waits for more ends with the writer in the other container.
    start "$BATS_TEST_TMPDIR/got" docker exec "$reader" cat "/pipes/$name@new"
    reading=$pid
    start "$BATS_TEST_TMPDIR/written" docker exec "$writer" \
        sh -c 'until [ -e /tmp/stop ]; do echo line; sleep 0.1; done > /pipes/$0' "$name"
    eventually 60 grep -q line "$BATS_TEST_TMPDIR/got"
    docker exec "$writer" touch /tmp/stop
    ends_within 60000 "$reading"
    equal "$status" 0 "the reader's status ($(cat "$BATS_TEST_TMPDIR/got.err"))"
}

@test "a container that is stopped unmounts in good order" {
    container --
    eventually 60 is_mounted_in "$container" /pipes
    docker exec "$container" sh -c 'echo line > /pipes/$0' "$name"
    docker stop -t 60 "$container" > /dev/null
    contains "$(docker logs "$container" 2>&1)" "/pipes is closed"
    equal "$(docker inspect -f '{{.State.ExitCode}}' "$container")" 143
}

@test "other commands of the image" {
    container -- --version
    docker wait "$container"
    contains "$(docker logs "$container")" "dnpipes "
}

# What Kubernetes calls Bidirectional and HostToContainer is rshared and rslave here.
@test "as the sidecar does: the mount of one container is seen by another that has nothing of dnpipes, and is gone with it" {
    mkdir "$BATS_TEST_TMPDIR/shared"
    mount --bind "$BATS_TEST_TMPDIR/shared" "$BATS_TEST_TMPDIR/shared"
    mount --make-shared "$BATS_TEST_TMPDIR/shared"
    mkdir "$BATS_TEST_TMPDIR/shared/pipes"
    application=$(docker run -d --network none -v "$BATS_TEST_TMPDIR/shared:/shared:rslave" dnpipes-test/base sleep 300)
    echo "$application" >> "$BATS_TEST_TMPDIR/containers"
    container -v "$BATS_TEST_TMPDIR/shared:/shared:rshared" -- mount --foreground -o allow_other,umask=022 /shared/pipes
    eventually 60 is_mounted_in "$container" /shared/pipes
    docker exec "$application" sh -c 'echo "job done" > /shared/pipes/$0' "$name"
    equal "$(kcat_consume "$name")" "job done"
    equal "$(docker exec "$application" cat "/shared/pipes/$name@snapshot")" "job done"
    docker stop -t 60 "$container" > /dev/null
    not_mounted "$BATS_TEST_TMPDIR/shared/pipes"
    equal "$(docker exec "$application" ls /shared/pipes)" ""
}

@test "the manifests are well-formed, and a cluster would take them" {
    yamllint -d '{extends: default, rules: {line-length: {max: 125}, document-start: disable}}' "$ROOT"/packaging/containers/*.yaml
    # The system's, which has yaml.
    run /usr/bin/python3 "$ROOT/native-test/tools/check_manifests.py" "$ROOT"/packaging/containers/*.yaml
    equal "$status" 0 "the status ($output)"
}
