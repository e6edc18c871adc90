#!/usr/bin/env bats
# The units, by a real systemd on a machine with the package; and what the daemon tells any service manager.

load lib
load machine

setup_file() {
    suite_start
    packages
    once root machine_root
    once with machine_with_package
    machine_up "$BATS_FILE_TMPDIR/m" "$MACHINES/with/upper" "$MACHINES/root"
    on sh -c 'echo "DNPIPES_BOOTSTRAP_SERVERS=$0" > /etc/dnpipes/mnt-pipes.conf; echo "DNPIPES_MOUNT=-o allow_other" >> /etc/dnpipes/mnt-pipes.conf' "$BROKER"
}

teardown_file() {
    local failed=0
    machine_down "$BATS_FILE_TMPDIR/m" || failed=1
    suite_stop || failed=1
    return "$failed"
}

setup() {
    test_start
}

teardown() {
    on systemctl stop "$unit" dnpipes.mount 2> /dev/null || true
    on systemctl reset-failed 2> /dev/null || true
    test_stop
}

unit=dnpipes@mnt-pipes.service

on() {
    on_machine "$BATS_FILE_TMPDIR/m" "$@"
}

# hold FILE LINE: pushes it, and keeps the file open.
hold() {
    on sh -c 'exec 3> "$0"; echo "$1" >&3; echo open; exec sleep 300' "$1" "$2" > "$BATS_TEST_TMPDIR/got" 3>&- &
    echo $! >> "$BATS_TEST_TMPDIR/started"
    eventually 30 grep -q open "$BATS_TEST_TMPDIR/got"
}

# property UNIT NAME
property() {
    on systemctl show --value -p "$2" "$1"
}

mounted_there() {
    on findmnt -n -t fuse.dnpipes "$1"
}

not_mounted_there() {
    equal "$(on findmnt -n "$1")" "" "what is mounted"
}

journal() {
    on journalctl --no-pager -o cat -u "$1"
}

@test "the units have no fault that systemd-analyze finds" {
    on cp /usr/share/doc/dnpipes/examples/dnpipes.mount /etc/systemd/system/
    run on systemd-analyze verify --man=no "$unit" /etc/systemd/system/dnpipes.mount
    on rm /etc/systemd/system/dnpipes.mount
    equal "$status" 0 "the status ($output)"
    equal "$output" "" "what it said"
}

@test "start returns when the mount can be used; stop unmounts it in good order" {
    on systemctl start "$unit"
    mounted_there /mnt/pipes
    on sh -c 'echo hello > /mnt/pipes/$0; cat /mnt/pipes/$0' "$name" > "$BATS_TEST_TMPDIR/got"
    file_is "$BATS_TEST_TMPDIR/got" hello
    equal "$(kcat_consume "$name")" hello
    equal "$(property "$unit" StatusText)" "mounted at /mnt/pipes"
    equal "$(on cat "/proc/$(property "$unit" MainPID)/comm")" java
    on systemctl stop "$unit"
    not_mounted_there /mnt/pipes
    equal "$(property "$unit" ActiveState) $(property "$unit" Result)" "inactive success"
    contains "$(journal "$unit")" "/mnt/pipes is closed"
}

@test "restart makes it anew, with a file open too" {
    on systemctl start "$unit"
    first=$(property "$unit" MainPID)
    hold /mnt/pipes/"$name" one
    on systemctl restart "$unit"
    [[ $(property "$unit" MainPID) != "$first" ]]
    on sh -c 'echo two > /mnt/pipes/$0' "$name"
    equal "$(kcat_consume "$name")" "$(printf 'one\ntwo')"
    on pkill sleep
}

@test "a daemon that was killed is started again, and its dead mount is taken away" {
    on systemctl start "$unit"
    first=$(property "$unit" MainPID)
    on kill -KILL "$first"
    eventually 60 started_again "$first"
    on sh -c 'echo again > /mnt/pipes/$0; cat /mnt/pipes/$0' "$name" > "$BATS_TEST_TMPDIR/got"
    file_is "$BATS_TEST_TMPDIR/got" again
    equal "$(on findmnt -n /mnt/pipes | wc -l)" 1 "the number of mounts there"
}

started_again() {
    [[ $(property "$unit" ActiveState) == active && $(property "$unit" MainPID) != "$1" ]] || fail "$(on systemctl status "$unit")"
}

@test "umount from outside ends the service, and does not start it again" {
    on systemctl start "$unit"
    on umount /mnt/pipes
    eventually 30 ended_well
}

ended_well() {
    equal "$(property "$unit" ActiveState) $(property "$unit" Result)" "inactive success"
}

@test "a mount that is not possible fails to start, and the journal has the reason" {
    run on systemctl start dnpipes@etc.service
    ((status != 0))
    contains "$(journal dnpipes@etc.service)" "dnpipes: /etc is not empty; pipes would hide what is in it"
    on systemctl stop dnpipes@etc.service
}

@test "what is mounted at the place already stays when the start fails: another file system, and pipes that are alive" {
    on mkdir -p /mnt/tmpfs /mnt/fstab
    on mount -t tmpfs none /mnt/tmpfs
    on touch /mnt/tmpfs/file
    on mount -t dnpipes "$BROKER" /mnt/fstab
    for place in tmpfs fstab; do
        run on systemctl start "dnpipes@mnt-$place.service"
        ((status != 0))
        on systemctl stop "dnpipes@mnt-$place.service"
    done
    contains "$(journal dnpipes@mnt-tmpfs.service)" "/mnt/tmpfs is not empty"
    contains "$(journal dnpipes@mnt-fstab.service)" "/mnt/fstab is mounted already"
    on test -e /mnt/tmpfs/file
    on sh -c 'echo alive > /mnt/fstab/$0' "$name"
    on umount /mnt/tmpfs /mnt/fstab
}

@test "stopped after it was killed, it leaves no dead mount" {
    on systemctl start "$unit"
    on sh -c 'kill -STOP "$0"; systemctl kill --signal=KILL "$1"; systemctl stop "$1"' "$(property "$unit" MainPID)" "$unit"
    not_mounted_there /mnt/pipes
}

@test "a mount unit, and one made of a line of fstab" {
    on sh -c 'sed "s/^What=.*/What=$0/; s/,config=.*//" /usr/share/doc/dnpipes/examples/dnpipes.mount > /etc/systemd/system/dnpipes.mount' "$BROKER"
    on systemctl daemon-reload
    on systemctl start dnpipes.mount
    mounted_there /dnpipes
    on sh -c 'echo unit > /dnpipes/$0' "$name"
    on systemctl stop dnpipes.mount
    not_mounted_there /dnpipes
    eventually 30 no_daemon_there
    on rm /etc/systemd/system/dnpipes.mount
    on sh -c 'echo "$0 /dnpipes dnpipes _netdev,nofail,x-systemd.mount-timeout=60s 0 0" > /etc/fstab' "$BROKER"
    on systemctl daemon-reload
    contains "$(property remote-fs.target Wants)" dnpipes.mount
    on systemctl start dnpipes.mount
    equal "$(on tail -n 1 "/dnpipes/$name")" unit
    on systemctl stop dnpipes.mount
    not_mounted_there /dnpipes
    eventually 30 no_daemon_there
}

@test "with x-systemd.automount it is mounted when somebody comes, and again after it was unmounted" {
    on sh -c 'mkdir -p /mnt/auto; echo "$0 /mnt/auto dnpipes noauto,x-systemd.automount,_netdev 0 0" > /etc/fstab' "$BROKER"
    on systemctl daemon-reload
    local come=(timeout -k 5 30 ls /mnt/auto)
    if [[ -e /dev/autofs ]]; then
        on systemctl start mnt-auto.automount
    else
        # A kernel without autofs: then the unit of the mount is started as the automount would start it.
        figure "no autofs here: nobody comes, the mount is started by its unit"
        contains "$(on systemctl cat mnt-auto.automount)" "Where=/mnt/auto"
        come=(systemctl start mnt-auto.mount)
    fi
    for _ in 1 2; do
        on "${come[@]}"
        mounted_there /mnt/auto
        on sh -c 'echo line >> /mnt/auto/$0' "$name"
        on systemctl stop mnt-auto.mount
        eventually 30 no_daemon_there
    done
    [[ ! -e /dev/autofs ]] || on systemctl stop mnt-auto.automount
    on sh -c ': > /etc/fstab; systemctl daemon-reload'
    equal "$(kcat_consume "$name")" $'line\nline'
}

no_daemon_there() {
    equal "$(on pgrep -f 'org.dnpipes.cli.Main mount')" "" "the daemons"
}

# Prints each datagram in a line, with its line feeds as blanks.
LISTEN='
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace("@", "\0", 1))
print("listens", flush=True)
while True:
    print(s.recv(4096).decode().replace("\n", " "), flush=True)
'

@test "a service manager is told when the mount is ready and when it stops, at a path and in the abstract name space" {
    for address in "$BATS_TEST_TMPDIR/notify" "@dnpipes-test-$name"; do
        start "$BATS_TEST_TMPDIR/told" python3 -c "$LISTEN" "$address"
        eventually 30 grep -q listens "$BATS_TEST_TMPDIR/told"
        dir=$(NOTIFY_SOCKET=$address mount_pipes notify)
        daemon=$(daemon_pid "$dir")
        eventually 10 grep -qx "READY=1 MAINPID=$daemon STATUS=mounted at $dir" "$BATS_TEST_TMPDIR/told"
        unmount "$dir"
        eventually 10 grep -qx "STOPPING=1 STATUS=unmounting" "$BATS_TEST_TMPDIR/told"
        equal "$(wc -l < "$BATS_TEST_TMPDIR/told")" 3 "what was told: $(cat "$BATS_TEST_TMPDIR/told")"
        kill "$pid"
        wait "$pid" || true
    done
}

@test "where no service manager listens, the mount works as well" {
    for address in "$BATS_TEST_TMPDIR/nobody" relative vsock:2:1 ''; do
        dir=$(NOTIFY_SOCKET=$address mount_pipes deaf)
        push "$dir/$name" line
        unmount "$dir"
    done
    equal "$(kcat_consume "$name" | sort -u)" line
}
