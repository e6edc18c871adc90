#!/usr/bin/env bats
# mount(8), umount(8) and fstab, on a machine with the package: as an administrator uses them.

load lib
load machine

setup_file() {
    suite_start
    packages
    once root machine_root
    once with machine_with_package
    machine_up "$BATS_FILE_TMPDIR/m" "$MACHINES/with/upper" "$MACHINES/root"
    on mkdir /pipes
}

teardown_file() {
    local failed=0
    machine_down "$BATS_FILE_TMPDIR/m" || failed=1
    suite_stop || failed=1
    return "$failed"
}

setup() {
    test_start
    on sh -c ': > /etc/fstab; rm -f /etc/dnpipes/client.properties /var/log/dnpipes/*'
}

teardown() {
    on umount --quiet --lazy /pipes || true
    test_stop
}

on() {
    on_machine "$BATS_FILE_TMPDIR/m" "$@"
}

fstab() {
    on sh -c 'echo "$1" > /etc/fstab; systemctl daemon-reload' sh "$1"
}

log_of_pipes() {
    on cat /var/log/dnpipes/pipes.log
}

nothing_mounted() {
    equal "$(on findmnt -n /pipes)" "" "what is mounted"
}

# Neither the mount nor the daemon nor its record is left, and it has ended in good order.
ended_cleanly() {
    nothing_mounted || return 1
    [[ -z $(on pgrep -f 'org.dnpipes.cli.Main mount') ]] || fail "the daemon still runs" || return 1
    equal "$(on find /run/dnpipes -name pipes.pid)" "" "its record" || return 1
    log_of_pipes | grep -q '/pipes is closed'
}

@test "mount -t dnpipes BROKERS: pushed and pulled, shown as what it is, and unmounted" {
    on mount -t dnpipes "$BROKER" /pipes
    on sh -c 'echo hello > /pipes/$0; cat /pipes/$0' "$name" > "$BATS_TEST_TMPDIR/got"
    file_is "$BATS_TEST_TMPDIR/got" hello
    equal "$(kcat_consume "$name")" hello
    equal "$(on findmnt -no SOURCE,FSTYPE /pipes)" "$BROKER fuse.dnpipes"
    on umount /pipes
    eventually 30 ended_cleanly
}

@test "the prepared classes are in use" {
    on mount -t dnpipes "$BROKER" /pipes
    on sh -c 'grep -q "/usr/lib/dnpipes/lib/jsa/client-" "/proc/$(cut -d " " -f 1 /run/dnpipes/pipes.pid)/maps"'
}

@test "mount -t fuse.dnpipes is the same" {
    on mount -t fuse.dnpipes "$BROKER" /pipes
    equal "$(on findmnt -no SOURCE,FSTYPE /pipes)" "$BROKER fuse.dnpipes"
    on umount /pipes
    eventually 30 ended_cleanly
}

@test "a line of fstab, with what systemd and others read there; mount -a does nothing the second time" {
    on sh -c 'printf "security.protocol=PLAINTEXT\nclient.id=from-file\n" > /etc/dnpipes/client.properties'
    fstab "$BROKER,localhost:${BROKER##*:} /pipes dnpipes _netdev,nofail,config=/etc/dnpipes/client.properties,x-systemd.device-timeout=5s,noatime,comment=pipes,allow_other,umask=022 0 0"
    on mount -a
    equal "$(on findmnt -no SOURCE /pipes)" "$BROKER,localhost:${BROKER##*:}"
    contains ",$(on findmnt -no OPTIONS /pipes)," ",allow_other,"
    contains ",$(on findmnt -no OPTIONS /pipes)," ",nosuid,nodev,"
    before=$(on cat /run/dnpipes/pipes.pid)
    equal "$(on mount -a 2>&1)" ""
    equal "$(on cat /run/dnpipes/pipes.pid)" "$before"
    on umount /pipes
    eventually 30 ended_cleanly
    on mount /pipes
    on umount /pipes
    eventually 30 ended_cleanly
}

@test "none is the cluster that is configured, and mount -a knows it too" {
    on sh -c 'echo "bootstrap.servers=$0" > /etc/dnpipes/client.properties' "$BROKER"
    fstab "none /pipes dnpipes noauto,noexec 0 0"
    on mount /pipes
    equal "$(on findmnt -no SOURCE /pipes)" none
    contains ",$(on findmnt -no OPTIONS /pipes)," ",noexec,"
    on sh -c 'echo configured > /pipes/$0' "$name"
    equal "$(kcat_consume "$name")" configured
    equal "$(on mount -a 2>&1)" ""
}

@test "embedded is the machine's embedded broker, with its data in /var/lib/dnpipes" {
    on mount -t dnpipes embedded /pipes
    on sh -c 'echo hello > /pipes/greeting'
    equal "$(on tail -n 1 /pipes/greeting)" hello
    on test -e /var/lib/dnpipes/broker.log
    equal "$(kcat_consume greeting 2> /dev/null)" ""
    on umount /pipes
    eventually 30 ended_cleanly
}

@test "options: an unknown one is an error, with -s it is ignored; ro; remount is refused" {
    run on mount -t dnpipes "$BROKER" /pipes -o nonsense
    equal "$status" 1
    contains "$output" "there is no mount option 'nonsense'"
    run on mount -t dnpipes "$BROKER" /pipes -o timeout=never
    equal "$status" 1
    nothing_mounted
    on mount -s -t dnpipes "$BROKER" /pipes -o nonsense,more=nonsense,ro
    contains ",$(on findmnt -no OPTIONS /pipes)," ",ro,"
    run on mount -o remount,rw /pipes
    ((status != 0))
    on umount /pipes
}

@test "options in quotes may hold commas, and none is dropped without a word" {
    run on mount -fv -t dnpipes "$BROKER" /pipes -o 'context="system_u:object_r:x_t:s0:c1,c2",dirsync,nosymfollow'
    equal "$status" 0 "the status ($output)"
    on sh -c 'mkdir -p "/etc/a,b"; echo "bootstrap.servers=$0" > "/etc/a,b/c"' "$BROKER"
    on mount.dnpipes none /pipes -f -o 'config="/etc/a,b/c",ro'
    on mount.dnpipes none /pipes -f -o 'ro,config=/etc/a\,b/c'
    run on mount.dnpipes "$BROKER" /pipes -f -o 'rw,nonsense\'
    equal "$status" 1
    contains "$output" "there is no mount option 'nonsense\'"
    on rm -r "/etc/a,b"
}

@test "-f checks and mounts nothing, -v tells, -n is as without" {
    run on mount -fv -t dnpipes "$BROKER" /pipes -o ro
    equal "$status" 0 "the status ($output)"
    contains "$output" "dnpipes mount --fake --bootstrap-servers $BROKER -o fsname=$BROKER,"
    run on mount -f -t dnpipes "$BROKER" /pipes -o nonsense
    equal "$status" 1
    run on mount -f -t dnpipes none /pipes -o config=/nowhere
    equal "$status" 32
    contains "$output" "there is no configuration file /nowhere"
    nothing_mounted
    on mount -n -t dnpipes "$BROKER" /pipes
    on umount /pipes
}

@test "a mount that fails has status 32 and says why in one line" {
    run on mount -t dnpipes "127.0.0.1:1" /pipes
    equal "$status" 32
    equal "$(grep -c ^dnpipes: <<< "$output")" 1 "$output"
    run on mount -t dnpipes "$BROKER" /nowhere
    ((status == 32 || status == 1))
    run on mount.dnpipes "$BROKER"
    equal "$status" 1
    contains "$output" "say what to mount, and where"
}

@test "umount is refused while a file is open; umount -l ends the daemon nevertheless" {
    on mount -t dnpipes "$BROKER" /pipes
    on sh -c 'echo one > /pipes/$0' "$name"
    on sh -c 'exec 3> /pipes/$0; echo two >&3; echo open; exec sleep 300' "$name" > "$BATS_TEST_TMPDIR/got" 3>&- &
    echo $! >> "$BATS_TEST_TMPDIR/started"
    eventually 30 grep -q open "$BATS_TEST_TMPDIR/got"
    fails_with "busy" on umount /pipes
    on umount -l /pipes
    eventually 30 ended_cleanly
    equal "$(kcat_consume "$name")" "$(printf 'one\ntwo')"
    on pkill sleep
}

@test "mounted again at once after umount, the new daemon is the one that dnpipes umount asks" {
    for _ in 1 2 3; do
        on mount -t dnpipes "$BROKER" /pipes
        on umount /pipes
    done
    on mount -t dnpipes "$BROKER" /pipes
    # By now all earlier daemons have ended.
    eventually 30 one_daemon
    on test -e /run/dnpipes/pipes.pid
    on dnpipes umount /pipes
    eventually 30 ended_cleanly
}

one_daemon() {
    equal "$(on pgrep -fc 'org.dnpipes.cli.Main mount')" 1 "the number of daemons"
}
