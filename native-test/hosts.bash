# Several hosts on one machine: network namespaces, each with a wire of its own to the broker. Needs root, ip and nsenter.
#
# The embedded broker listens on 127.0.0.1 alone, and says so to its clients. On each host a forwarder listens at that
# very address, and passes on through the wire; at its other end one passes on to the broker. A cut wire loses packets
# without a word, as a real one does.
# shellcheck shell=bash

# host_up NAME: makes it, with a wire to the broker.
host_up() {
    local name=$1 port=${BROKER##*:} net dir=$BATS_FILE_TMPDIR/hosts
    mkdir -p "$dir"
    touch "$dir/names"
    net=10.$((200 + RANDOM % 50)).$((RANDOM % 250))
    local space
    space=$(host_space "$name")
    echo "$name" >> "$dir/names"
    # For native-test/run, in case this suite is not left to end by itself.
    echo "$space" >> "$DNPIPES_TEST_RUN/network-namespaces"
    ip netns add "$space"
    ip link add "$space" type veth peer name eth0 netns "$space"
    ip addr add "$net.1/30" dev "$space"
    ip link set "$space" up
    on_host "$name" ip link set lo up
    on_host "$name" ip addr add "$net.2/30" dev eth0
    on_host "$name" ip link set eth0 up
    forward "" "$net.1:$port" "$BROKER"
    forward "$name" "127.0.0.1:$port" "$net.1:$port"
    eventually 30 on_host "$name" kcat -L -b "$BROKER" -m 3 > "$dir/$name.kcat" 2>&1
}

# Of at most 15 characters, as a device has, and of nobody else.
host_space() {
    echo "dnp$(cksum <<< "$BATS_FILE_TMPDIR" | cut -c 1-8)$1"
}

# on_host NAME COMMAND…
on_host() {
    local name=$1
    shift
    nsenter --net="/run/netns/$(host_space "$name")" "$@"
}

# forward NAME FROM TO: on that host, or on the machine itself.
forward() {
    local run=()
    [[ -z $1 ]] || run=(nsenter --net="/run/netns/$(host_space "$1")")
    "${run[@]}" socat "TCP-LISTEN:${2##*:},bind=${2%:*},fork,reuseaddr" "TCP:$3" \
        > "$BATS_FILE_TMPDIR/hosts/forward.log" 2>&1 < /dev/null 3>&- 5>&- 6>&- 7>&- &
    echo "$!" >> "$BATS_FILE_TMPDIR/hosts/forwarders"
    eventually 10 listens "$1" "$2"
}

listens() {
    local run=()
    [[ -z $1 ]] || run=(nsenter --net="/run/netns/$(host_space "$1")")
    "${run[@]}" ss -Hltn "src $2" | grep -q .
}

# cut_wire NAME: packets to and from the host are lost from now on. mend_wire NAME: no more.
cut_wire() {
    ip link set "$(host_space "$1")" down
}
mend_wire() {
    ip link set "$(host_space "$1")" up
}

# mount_on NAME MOUNT [OPTION…]: as mount_pipes, by a daemon on that host.
mount_on() {
    local name=$1
    shift
    DNPIPES_ON=(nsenter --net="/run/netns/$(host_space "$name")")
    mount_pipes "$@"
}

# Takes away all hosts; their mounts have to be gone.
hosts_down() {
    local name child dir=$BATS_FILE_TMPDIR/hosts failed=0
    [[ -e $dir/names ]] || return 0
    while read -r child; do
        kill_tree "$child"
        wait "$child" 2> /dev/null || true
    done < "$dir/forwarders"
    while read -r name; do
        ip link del "$(host_space "$name")" 2> /dev/null || true
        ip netns del "$(host_space "$name")" || failed=1
    done < "$dir/names"
    return "$failed"
}
